"""The command line: one group, one file per command."""

import os
import sys
from pathlib import Path

import click

from tradewind.cli.importing import imports


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Data folder of this installation.")
def main(data: Path | None) -> None:
    """Tradewind (信风): a shop, a desk and a promise keeper for cross-border sellers."""
    if data is not None:
        os.environ["TRADEWIND_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradewind.config.settings")


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def manage(words: tuple[str, ...]) -> None:
    """Django's own commands, for developers."""
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], *words])


main.add_command(imports)
