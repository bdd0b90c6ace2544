"""One file a command. Each has `app`, a Typer application; the first line of its help is its line in the contents."""
