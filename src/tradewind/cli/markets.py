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


@markets.command("tax", help="Let a tax begin in a market, today: CODE PERCENT. What held until now ends.")
@click.argument("code")
@click.argument("percent")
@click.option("--name", required=True, help="What buyers read, say VAT.")
@click.option("--source", required=True, help="Where this can be read: a law, a page.")
def tax(*, code: str, percent: str, name: str, source: str) -> None:
    open_house()
    from tradewind.core.staff import NotValid
    from tradewind.lib.clock import utc_now
    from tradewind.markets.models import Market
    from tradewind.markets.ruling import RuleVersion, begin_rule

    market = Market.objects.filter(code=code).first()
    if market is None:
        raise Trouble(f"No market is called {code}.", exit_code=2)
    at = utc_now()
    value = {
        "name": {"en": name},
        "sort": "tax",
        "kind": "percent",
        "rate": percent,
        "collected": "in_price" if market.shows_tax else "at_checkout",
        "base": "goods_and_delivery",
    }
    version = RuleVersion("charge.vat", value, at.date(), source, at.date(), "R")
    try:
        begin_rule(market=market, version=version, at=at, by="command")
    except NotValid as problem:
        raise Trouble(f"{problem.field}: {problem.words}", exit_code=2) from problem
    click.echo(f"{percent} % {name} holds in {code} from today on.")
