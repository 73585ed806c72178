"""`tradewind token …`: keys for programs that use the API."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from tradewind.cli.house import Trouble
from tradewind.cli.starting import open_house

if TYPE_CHECKING:  # a command's --help must not wait for Django
    from tradewind.core.models import ApiToken, Staff
    from tradewind.core.program_keys import WantedKey

_LONGEST_NAME: Final = 80


@click.group(help="Create keys for programs that use the API.")
def token() -> None:
    pass


@token.command("create", help="Create a key called NAME and print it, once. It acts for the first owner, or for --by.")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    metavar="SCOPE",
    help="What it may do: orders:read, stock:write …",
)
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="First day on which it no longer opens, in UTC.")
@click.option("--by", metavar="EMAIL", help="The member of staff who answers for it.")
@click.option(
    "--account", "accounts", multiple=True, metavar="NAME", help="Only orders and buyers of this shop account."
)
@click.option("--per-minute", type=click.IntRange(1, 100_000), help="How often it may ask in a minute, where not 600.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def create(  # noqa: PLR0913  # the command's own options
    *,
    name: str,
    scopes: tuple[str, ...],
    expires: datetime | None,
    by: str | None,
    accounts: tuple[str, ...],
    per_minute: int | None,
    as_json: bool,
) -> None:
    open_house()
    from tradewind.core.program_keys import WantedKey
    from tradewind.lib.clock import utc_now

    now = utc_now()
    ends = expires.replace(tzinfo=UTC) if expires else None
    if not name.strip() or len(name.strip()) > _LONGEST_NAME:
        msg = f"A key's name has 1 to {_LONGEST_NAME} characters."
        raise Trouble(msg, exit_code=2)
    if ends is not None and ends <= now:
        msg = f"--expires {ends.date()} is not in the future. Name a later day."
        raise Trouble(msg, exit_code=2)
    wanted = WantedKey(name.strip(), scopes, _account_ids(accounts), ends, per_minute)
    key, secret = _make(wanted, by=_answering(by), at=now)
    if as_json:
        told = {"id": key.pk, "name": key.name, "scopes": key.scopes, "token": secret, "expires": None}
        click.echo(json.dumps({**told, "expires": ends.isoformat()} if ends else told))
    else:
        click.echo(f"{secret}\nIt is shown only now. Send it as: Authorization: Bearer …")


def _make(wanted: "WantedKey", *, by: "Staff", at: datetime) -> "tuple[ApiToken, str]":
    from tradewind.core.program_keys import NameTaken, NotWithinReach, TooManyKeys, make_key
    from tradewind.core.staff import COMMAND, NotValid

    try:
        return make_key(wanted, by=by, at=at, actor=COMMAND)
    except NotValid as problem:
        raise Trouble(f"--scope: {problem.words}.", exit_code=2) from problem
    except NotWithinReach as problem:
        raise Trouble(f"--account: {by.email} does not work for it.", exit_code=2) from problem
    except NameTaken as problem:
        raise Trouble(f"Another key is called {wanted.name}. Choose another name, or revoke it first.") from problem
    except TooManyKeys as problem:
        raise Trouble("There are a hundred keys already. Revoke one first, in the console.") from problem


def _account_ids(names: tuple[str, ...]) -> list[int] | None:
    """None where no account was named: the key works for all."""
    from tradewind.core.models import ShopAccount

    known = dict(ShopAccount.objects.order_by("name").values_list("name", "pk"))
    for name in names:
        if name not in known:
            msg = f"No shop account is called {name}. There are: {', '.join(known) or 'none yet'}."
            raise Trouble(msg, exit_code=2)
    return [known[name] for name in names] or None


def _answering(email: str | None) -> "Staff":
    from tradewind.core.models import Staff
    from tradewind.core.models.staff import Role

    people = Staff.objects.filter(is_active=True)
    found = people.filter(email__iexact=email) if email else people.filter(role=Role.OWNER)
    person = found.order_by("pk").first()
    if person is None and email:
        msg = f"Nobody on the staff has the address {email}. Add them first: tradewind staff add."
        raise Trouble(msg, exit_code=2)
    if person is None:
        msg = "There is no owner to answer for the key. Add one first: tradewind staff add EMAIL --name NAME --role owner."
        raise Trouble(msg, exit_code=2)
    return person
