"""Lets in the authority's first manager, who then lets in everybody else."""

from __future__ import annotations

import json
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    help="Let in a management information manager, whom nobody else could: the first, or one when the last has left. "
    "The link to their account is printed and sent; the ledger says that the hub itself let them in.\n\n"
    "Example: concord invite --email pat@council.example --name 'Pat Example' --site https://concord.council.example",
)


@app.callback(invoke_without_command=True)
def invite(
    email: Annotated[str, typer.Option(help="Their own work e-mail address.")],
    name: Annotated[str, typer.Option(help="Their full name.")],
    site: Annotated[str, typer.Option(help="The address the pages are reached at.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document: role, link, hours.")] = False,
) -> None:
    """Invite a manager and print the link, which works once."""
    from concord.site.config import config
    from concord.site.database import database

    with database():
        from concord.site.commands.migrate import bring_up

        bring_up()
        start = (site or f"http://{config().bind}:{config().port}").rstrip("/")
        link, hours = _invite(email, name, start)
    if as_json:
        typer.echo(json.dumps({"role": "mi_manager", "link": link, "hours": hours}))
    else:
        typer.echo(f"Open this address within {hours} hours. It works once.\n{link}")


def _invite(email: str, name: str, start: str) -> tuple[str, int]:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    from concord.core.agreement.days import months_after
    from concord.core.trouble import Trouble
    from concord.desk import gate, grants
    from concord.desk import invite as desk
    from concord.desk.access_terms import access

    try:
        validate_email(email)
    except ValidationError:
        raise Trouble(f"{email!r} is not an e-mail address.", todo="Give the person's own address.") from None
    until = months_after(gate.today(), access().periods.longest_months)
    wanted = desk.Wanted(name.strip(), email, "mi_manager", grants.Scope(("*",)), until)
    word = desk.invite(gate.system(), wanted, lambda one: f"{start}/invitation/{one}")
    return f"{start}/invitation/{word}", access().periods.invitation_hours
