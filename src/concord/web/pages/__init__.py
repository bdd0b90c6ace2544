"""One file a page or a few that belong together: what is asked of the desk, and what the template is given."""
