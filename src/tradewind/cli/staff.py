"""`tradewind staff …`: the people who work in the console."""

import json
import secrets
import sys
from typing import Final

import click

from tradewind.cli.house import Trouble
from tradewind.cli.starting import open_house

# As core.models.staff.Role has them; a test keeps the two alike, so that --help need not wait for Django.
ROLES: Final = ("owner", "manager", "content", "checker", "agent", "warehouse", "analyst")
LANGUAGES: Final = ("zh-hans", "en", "de")


@click.group(help="Add the people who work in the console.")
def staff() -> None:
    pass


@staff.command("add", help="Let a person into the console. Without --password-stdin a password is made up and printed.")
@click.argument("email")
@click.option("--name", required=True, help="The person's name, as colleagues read it.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What the person may do.")
@click.option("--language", type=click.Choice(LANGUAGES), default="zh-hans", show_default=True, help="Of the console.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def add(*, email: str, name: str, role: str, language: str, password_stdin: bool, as_json: bool) -> None:
    given = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    if password_stdin and not given:
        msg = "There is no password on standard input. Pipe one in, or leave --password-stdin out."
        raise Trouble(msg, exit_code=2)
    open_house()
    from tradewind.core.models.staff import Role
    from tradewind.core.staff import COMMAND, NewStaff, NotValid, add_staff
    from tradewind.lib.clock import utc_now

    password = given or secrets.token_urlsafe(12)
    person = NewStaff(email=email.strip(), name=name.strip(), role=Role(role), language=language)
    try:
        added = add_staff(person, password=password, at=utc_now(), by=COMMAND)
    except NotValid as problem:
        raise Trouble(f"{_shown(problem.field, person)} {problem.words.rstrip('.')}.", exit_code=2) from problem
    told = {"id": added.pk, "email": added.email, "role": role, **({} if given else {"password": password})}
    if as_json:
        click.echo(json.dumps(told))
        return
    click.echo(f"{added.name} ({added.email}) may log in as {role}.")
    if not given:
        click.echo(f"Password: {password} (shown only now)")


@staff.command(
    "reset", help="Let somebody in again who has lost password, phone and paper: prints a link, good for a day."
)
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def reset(*, email: str, as_json: bool) -> None:
    open_house()
    from tradewind.console.staff.letters import welcome_address
    from tradewind.core.inviting import offer_new_password
    from tradewind.core.models import Staff
    from tradewind.core.second_factors import turn_off
    from tradewind.lib.clock import utc_now

    person = Staff.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        msg = f"Nobody who may log in has the address “{email}”. Look at it again, or add a person: tradewind staff add"
        raise Trouble(msg, exit_code=2)
    now = utc_now()
    turn_off(person, by=None, at=now)
    row, token = offer_new_password(person, by=None, at=now)
    link = welcome_address(token)
    if as_json:
        click.echo(json.dumps({"email": person.email, "link": link, "expires_at": row.expires_at.isoformat()}))
        return
    click.echo(f"The second factor of {person.name} is off. With this link they choose a new password, within a day:")
    click.echo(link)


def _shown(field: str, person: object) -> str:
    return f"“{getattr(person, field)}”" if field == "email" else f"The {field}:"
