"""`tradewind manage …`: Django's own commands, for developers."""

import sys
from typing import Final

import click

from tradewind.cli.starting import data_folder, kind_of_new, put_back_what_a_restore_left

# They look at code alone, and must not leave a shop behind where somebody wrote a migration.
_NEEDS_NO_FOLDER: Final = frozenset({"help", "version", "check", "makemigrations", "makemessages", "compilemessages"})


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    help="Run one of Django's management commands: `manage help` lists them, `manage help COMMAND` explains one.",
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def manage(context: click.Context, words: tuple[str, ...]) -> None:
    if not words or words[0] in {"-h", "--help"}:
        click.echo(context.get_help())
        context.exit(0 if words else 2)
    folder = data_folder()
    if words[0] not in _NEEDS_NO_FOLDER and not {"-h", "--help"} & set(words):
        put_back_what_a_restore_left(folder)
        folder.prepare(folder.kind or kind_of_new())
        folder.enter()
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], *words])
