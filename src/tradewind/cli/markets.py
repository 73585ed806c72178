"""`tradewind markets …`: begin with markets that we bring along, rules and all."""

import click

from tradewind.cli.house import Trouble
from tradewind.cli.starting import open_house


@click.group(help="Open markets with currency, languages, taxes and duties; the console changes them.")
def markets() -> None:
    pass


@markets.command("list", help="The markets that can be opened, and which of them are.")
def listing() -> None:
    open_house()
    from tradewind.markets.models import Market
    from tradewind.markets.opening import presets

    opened = set(Market.objects.values_list("code", flat=True))
    for code, table in presets().items():
        state = "open" if code in opened else ""
        languages = " ".join(table["languages"])
        click.echo(f"{code:<7}{table['currency']}  {table['name']['en']:<20}{languages:<24}{state}".rstrip())


@markets.command("add", help="Open markets by their codes, say: us uk de. Their rules come with source and confidence.")
@click.argument("codes", nargs=-1, required=True)
def add(*, codes: tuple[str, ...]) -> None:
    open_house()
    from django.db import transaction

    from tradewind.core.staff import NotValid
    from tradewind.lib.clock import utc_now
    from tradewind.markets.opening import open_preset, presets

    unknown = [code for code in codes if code not in presets()]
    if unknown:
        raise Trouble(
            f"No market to open is called {', '.join(unknown)}. There are: {', '.join(presets())}.", exit_code=2
        )
    try:
        with transaction.atomic():
            for code in codes:
                open_preset(code=code, at=utc_now(), by="command")
    except NotValid as problem:
        raise Trouble(f"{code}: {problem.words}", exit_code=2) from problem
    click.echo(f"Opened: {', '.join(codes)}. Check the rules marked R in the console before you sell by them.")
