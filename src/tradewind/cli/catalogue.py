"""`tradewind export catalogue` and `tradewind import catalogue`: the whole catalogue as a workbook."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tradewind.cli.house import Trouble
from tradewind.cli.importing import imports, progress, terminal_language
from tradewind.cli.starting import open_house

if TYPE_CHECKING:  # a command's --help must not wait for Django
    from tradewind.catalog.workbook import CellProblem
    from tradewind.catalog.workbook_plan import Plan

_UNUSABLE: Final = 2
_NO_WORKBOOK: Final = {
    "not_xlsx": "is no workbook (.xlsx) that can be read",
    "too_large": "is too large",
    "reaches_far": "has a sheet that reaches too far: delete the empty rows and columns around the table, and save it",
}
_ENDING: Final = ".xlsx"
# A terminal shows so many changes; --json gives all of them.
_SHOWN: Final = 40


@click.group("export")
def exports() -> None:
    """Write what the shop holds into files."""


@exports.command("catalogue")
@click.argument("file")
def export_catalogue(*, file: str) -> None:
    """Write all products, texts, facts, variants, prices and sets into FILE.xlsx."""
    path = Path(file)
    if path.suffix.lower() != _ENDING:
        msg = f"{file} is no workbook's name: let it end in {_ENDING}."
        raise Trouble(msg, exit_code=_UNUSABLE)
    open_house()
    from tradewind.catalog.workbook_writing import write_workbook

    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as stream:
            write_workbook(stream)
        part.replace(path)
    except OSError as problem:
        msg = f"{file} cannot be written: {problem.strerror}. Choose another place."
        raise Trouble(msg) from problem
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"The catalogue is in {file}.")


@imports.command("catalogue")
@click.argument("file")
@click.option("--dry-run", is_flag=True, help="Read and check everything, store nothing.")
@click.option(
    "--json", "as_json", is_flag=True, help="The outcome, with every change or every bad cell, as one JSON object."
)
def import_catalogue(*, file: str, dry_run: bool, as_json: bool) -> None:
    """Take products, texts, facts, variants, prices and sets from FILE.xlsx, as `export catalogue` writes it.

    All of it or nothing: with one bad cell nothing is imported, and the command ends with 2 and names every bad cell.
    Texts go into the drafts; publishing is a separate act.
    """
    try:
        content = Path(file).read_bytes()
    except OSError as problem:
        msg = f"{file} cannot be read: {problem.strerror}."
        raise Trouble(msg, exit_code=_UNUSABLE) from problem
    open_house()
    from tradewind.catalog.workbook import NoWorkbook, WorkbookRefused
    from tradewind.catalog.workbook_importing import ChangedMeanwhile, apply_plan
    from tradewind.catalog.workbook_planning import plan_workbook
    from tradewind.core.words import speaking
    from tradewind.lib.clock import utc_now

    with speaking(terminal_language()):
        try:
            plan = plan_workbook(content)
            if not dry_run:
                with progress() as on_progress:
                    apply_plan(plan, by="system", at=utc_now(), on_progress=on_progress)
        except NoWorkbook as problem:
            msg = f"{file} {_NO_WORKBOOK[problem.code]}."
            raise Trouble(msg, exit_code=_UNUSABLE) from problem
        except WorkbookRefused as problem:
            if as_json:
                click.echo(json.dumps({"imported": False, "problems": [_problem(each) for each in problem.problems]}))
            raise Trouble(_refusal(problem.problems), exit_code=_UNUSABLE) from problem
        except ChangedMeanwhile as problem:
            msg = "Nothing was imported: somebody changed the same products in this moment. Start again."
            raise Trouble(msg) from problem
    click.echo(json.dumps(_as_data(plan, is_dry_run=dry_run)) if as_json else _as_words(plan, is_dry_run=dry_run))


def _problem(each: "CellProblem") -> dict[str, str]:
    return {"sheet": each.sheet, "cell": each.cell, "words": each.words}


def _refusal(problems: "list[CellProblem]") -> str:
    lines = [f"  {each.sheet} {each.cell}: {each.words}" for each in problems[:_SHOWN]]
    more = [f"  … and {len(problems) - _SHOWN} more; --json names all."] if len(problems) > _SHOWN else []
    return "\n".join([f"Nothing was imported: {len(problems)} cells cannot be used.", *lines, *more])


def _as_data(plan: "Plan", *, is_dry_run: bool) -> dict[str, object]:
    return {
        "imported": not is_dry_run,
        "dry_run": is_dry_run,
        "created": len(plan.created),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "prices": len(plan.prices),
        "prices_unchanged": plan.prices_unchanged,
        "sets": len(plan.sets),
        "changes": [
            {"sheet": one.sheet, "cell": one.cell, "what": one.what, "before": one.before, "after": one.after}
            for one in plan.changes
        ],
    }


def _as_words(plan: "Plan", *, is_dry_run: bool) -> str:
    begun = "Nothing was stored. It would be: " if is_dry_run else ""
    counts = f"{len(plan.created)} products created, {len(plan.changed)} changed, {plan.unchanged} unchanged"
    lines = [f"{begun}{counts}; {len(plan.prices)} prices asked anew."]
    lines += [f"  {one.sheet} {one.cell}: {one.what}: “{one.before}” → “{one.after}”" for one in plan.changes[:_SHOWN]]
    if len(plan.changes) > _SHOWN:
        lines.append(f"  … and {len(plan.changes) - _SHOWN} more cells; --json names all.")
    return "\n".join(lines)
