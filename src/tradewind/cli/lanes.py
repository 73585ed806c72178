"""`tradewind lanes …`: how long parcels take, learnt from the shop's own."""

import click

from tradewind.cli.starting import open_house


@click.group(help="See how long parcels take.")
def lanes() -> None:
    pass


@lanes.command(
    "learn", help="Learn from the shop's parcels now, as is done each night, and say what is known of each lane."
)
def learn() -> None:
    open_house()
    from tradewind.lib.clock import utc_now
    from tradewind.shipping.lane_learning import learn_lanes
    from tradewind.shipping.lane_showing import known_lanes

    run = learn_lanes(at=utc_now())
    click.echo(f"Looked at {run.parcels:,} parcels.")
    for lane in known_lanes(on=run.learnt_at.date()):
        stated = "{}-{}".format(*lane.stated)
        learnt = "{}-{}".format(*lane.expected.days) if lane.expected.share else "too few parcels"
        click.echo(
            f"{lane.market:<8}  {lane.country}  {lane.option:<20}  stated {stated:<7}  learnt {learnt} ({lane.parcels:,})"
        )
