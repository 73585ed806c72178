"""`tradewind erase-again`: what was erased since a backup, erased once more. A restore starts it by itself."""

import json
from pathlib import Path

import click

from tradewind.cli.starting import open_house


@click.command("erase-again")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--since", required=True, metavar="MOMENT", help="When the backup was made: 2026-11-27T02:30:00Z.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def erase_again(*, folder: Path, since: str, as_json: bool) -> None:
    """Erase again what FOLDER/erasures.jsonl says was erased since that moment. `restore` does so by itself."""
    from tradewind.backup.erasures import erasures_since
    from tradewind.lib.clock import parse_moment, utc_now

    try:
        moment = parse_moment(since)
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--since") from problem
    open_house()
    from tradewind.backup.erasing_again import erase_again as erase_them

    done = erase_them(erasures_since(moment, [folder]), at=utc_now())
    if as_json:
        click.echo(json.dumps({"erased": done.erased, "left": done.left}))
        return
    click.echo(f"Erased again: {', '.join(done.erased) or 'nothing'}.")
    if done.left:
        click.echo(f"To be erased by hand, once they are paid and sent or cancelled: {', '.join(done.left)}.")
