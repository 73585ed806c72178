"""`tradewind promises …`: what was promised and is due."""

import json

import click

from tradewind.cli.starting import open_house

_SHOWN = 200
_NAMES = {
    "leaving": "days of dispatch",
    "arriving": "arrivals",
    "others": "other promises",
    "at_risk": "promises at risk",
}


@click.group(help="See what was promised to buyers.")
def promises() -> None:
    pass


@promises.command(
    "due", help="List what is late or due within a day, and what is at risk, the longest due first, as Today does."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
@click.option(
    "--limit",
    type=click.IntRange(1, 100_000),
    default=_SHOWN,
    show_default=True,
    help="How many of each kind: dispatch, arrival, others, at risk.",
)
def due(*, as_json: bool, limit: int) -> None:
    open_house()
    from tradewind.core.reach import EVERYWHERE
    from tradewind.lib.clock import format_moment, utc_now
    from tradewind.orders.models import Order
    from tradewind.shipping.due import due as due_parts

    parts = {part: list(rows[: limit + 1]) for part, rows in due_parts(EVERYWHERE, now=utc_now()).items()}
    rows = sorted((row for some in parts.values() for row in some[:limit]), key=lambda row: (row.due_at, row.pk))
    refs = dict(Order.objects.filter(pk__in=[row.order_id for row in rows if row.order_id]).values_list("pk", "ref"))
    told = [
        {
            "due_at": format_moment(row.due_at),
            "kind": row.kind,
            "state": "at_risk" if row.is_at_risk else row.state,
            "order": refs.get(row.order_id or 0),
        }
        for row in rows
    ]
    for part in (part for part, some in parts.items() if len(some) > limit):
        click.echo(f"There are more {_NAMES[part]} than {limit}: ask with a larger --limit.", err=True)
    if as_json:
        click.echo(json.dumps(told))
        return
    for each in told:
        click.echo(f"{each['due_at']}  {each['kind']:<11}  {each['state']:<7}  {each['order'] or '-'}")
    if not told:
        click.echo("Nothing is late, due within a day or at risk.")
