"""What all commands share: --data wherever it is typed, and trouble told in one line with its remedy."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from tradewind.backup.problems import BackupProblem
from tradewind.config.folders import FolderProblem

INTERRUPTED: Final = 130


class Trouble(click.ClickException):
    """Expected trouble: one line that says what to do. `exit_code` 2: nothing was tried."""

    def __init__(self, words: str, *, exit_code: int = 1) -> None:
        super().__init__(words)
        self.exit_code = exit_code  # type: ignore[misc]  # click takes it for the class's, its errors set it on themselves


class House(click.Group):
    """The group of all commands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(_data_option())

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        _take_data(cmd)
        super().add_command(cmd, name)

    def main(self, args: Sequence[str] | None = None, *others: Any, **extra: Any) -> Any:
        """Run a command and end the process with its exit code."""
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradewind.config.settings")
        extra = {"prog_name": "tradewind", **extra, "standalone_mode": False}
        try:
            with trouble_in_words():
                code = super().main(args, *others, **extra)
        except click.exceptions.NoArgsIsHelpError as helped:
            click.echo(helped.format_message(), err=True)
            sys.exit(helped.exit_code)
        except click.UsageError as problem:
            path = problem.ctx.command_path if problem.ctx else "tradewind"
            click.echo(f"tradewind: {problem.format_message()} See {path} --help.", err=True)
            sys.exit(problem.exit_code)
        except click.ClickException as problem:
            click.echo(f"tradewind: {problem.format_message()}", err=True)
            sys.exit(problem.exit_code)
        except (click.Abort, KeyboardInterrupt):
            click.echo("", err=True)
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            # Whoever read our output has gone, and Python's own farewell to it would fail as well.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


@contextmanager
def trouble_in_words() -> Iterator[None]:
    """Turns trouble that every command may meet into one line; bugs stay loud."""
    try:
        yield
    except (FolderProblem, BackupProblem) as problem:
        raise Trouble(str(problem)) from problem
    except Exception as problem:
        words = _words_for(problem)
        if words is None:
            raise
        raise Trouble(words) from problem


def _words_for(problem: Exception) -> str | None:
    # Django is loaded by now if one of its errors has been raised; --help must not pay for it.
    if "django.db" not in sys.modules:
        return None
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError

    reason = str(problem).strip().partition("\n")[0]
    if isinstance(problem, ImproperlyConfigured):
        return f"A setting cannot be used: {reason}"
    if not isinstance(problem, OperationalError):
        return None
    if "locked" in reason:
        return "The database is locked by another program. Close what has it open and try again."
    return f"The database cannot be used: {reason}. Check TRADEWIND_DATABASE_URL, or the data folder and its disk."


def _take_data(command: click.Command) -> None:
    """Let --data and -h stand after the command's name as well."""
    if not any(param.name == "data" for param in command.params):
        command.params.append(_data_option())
    command.context_settings.setdefault("help_option_names", ["-h", "--help"])
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _take_data(inner)


def _data_option() -> click.Option:
    return click.Option(
        ["--data"],
        type=click.Path(path_type=Path),
        metavar="DIR",
        expose_value=False,
        is_eager=True,
        callback=_use_folder,
        help="Data folder of this installation; else TRADEWIND_DATA, else var/data (demo: var/demo).",
    )


def _use_folder(_context: click.Context, _param: click.Parameter, folder: Path | None) -> None:
    if folder is not None:
        os.environ["TRADEWIND_DATA"] = str(folder.absolute())
