"""`tradewind promises …`: what was promised and is due."""

import json

import click

from tradewind.cli.starting import open_house

_SHOWN = 200


@click.group(help="See what was promised to buyers.")
def promises() -> None:
    pass


@promises.command("due", help="List what is late or due within a day, and what is at risk, the longest due first.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def due(*, as_json: bool) -> None:
    open_house()
    from datetime import timedelta

    from tradewind.core.reach import EVERYWHERE
    from tradewind.lib.clock import format_moment, utc_now
    from tradewind.orders.models import Order
    from tradewind.promises.models import Promise
    from tradewind.promises.queries import at_risk, owed

    until = utc_now() + timedelta(days=1)
    rows = list(owed(EVERYWHERE, kinds=list(Promise.Kind), until=until)[:_SHOWN])
    rows += at_risk(EVERYWHERE, since=until)[: _SHOWN - len(rows)]
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
    if as_json:
        click.echo(json.dumps(told))
        return
    for each in told:
        click.echo(f"{each['due_at']}  {each['kind']:<11}  {each['state']:<7}  {each['order'] or '-'}")
    if not told:
        click.echo("Nothing is late, due within a day or at risk.")
