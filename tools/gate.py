"""The gate: everything about a change that a machine can judge without running the tests.

Each step is a program of its own that says nothing when all is well; they run side by side.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# Of djlint's rules: url_for is Flask's way to write links (J004, J018), and a description for search engines is a matter of
# content, written where the page is (H030, H031).
TEMPLATE_RULES_LEFT_OUT = "J004,J018,H030,H031"


@dataclass(frozen=True)
class Step:
    name: str
    command: Sequence[str]


@dataclass(frozen=True)
class Outcome:
    step: Step
    passed: bool
    seconds: float
    output: str


def steps(root: Path) -> list[Step]:
    """The slowest first, so that the quick ones fill the time beside it."""
    python = sys.executable
    ours = [".", *scripts(root)]
    found = [
        Step("mypy", [python, "-m", "mypy", "--no-error-summary", "-p", "tradewind", "-p", "tools"]),
        Step("missing migrations", [python, "-m", "tradewind", "manage", "makemigrations", "--check", "--dry-run"]),
        Step("import-linter", [str(BIN / "lint-imports"), "--no-logo", "--config", ".importlinter"]),
        Step("ruff check", [python, "-m", "ruff", "check", "--quiet", "--output-format=concise", *ours]),
        Step(
            "ruff format",
            [python, "-m", "ruff", "format", "--check", "--quiet", "--output-format=concise", *ours],
        ),
        Step("translations", [python, "-m", "tools.translations", "check"]),
        Step("sizes", [python, "-m", "tools.sizes"]),
        Step("vendored files", [python, "-m", "tools.vendored"]),
    ]
    folders = [str(folder) for folder in sorted((root / "src").rglob("templates")) if any(folder.rglob("*.html"))]
    if folders:
        options = ["--lint", "--quiet", "--profile=jinja", f"--ignore={TEMPLATE_RULES_LEFT_OUT}"]
        found.insert(1, Step("templates", [str(BIN / "djlint"), *options, *folders]))
    return found


def scripts(root: Path) -> list[str]:
    """Python files without a suffix, which ruff does not find by itself."""
    candidates = [root / "tradewind", *sorted((root / "scripts").glob("*"))]
    return [
        str(file.relative_to(root))
        for file in candidates
        if file.is_file() and not file.suffix and "python" in file.read_text(encoding="utf-8").partition("\n")[0]
    ]


def fix() -> None:
    """What a machine can put right without asking. What is left shows in the check that follows."""
    python = sys.executable
    ours = [".", *scripts(ROOT)]
    for command in (
        [python, "-m", "ruff", "check", "--fix-only", "--quiet", *ours],
        [python, "-m", "ruff", "format", "--quiet", *ours],
        [python, "-m", "tools.translations", "update"],
    ):
        subprocess.run(command, cwd=ROOT, check=False)


def run_all(todo: Sequence[Step]) -> list[Outcome]:
    """Prints each step as it ends, and what it complained about."""
    outcomes = []
    with (
        tempfile.TemporaryDirectory(prefix="tradewind-check-") as data,
        ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool,
    ):
        running = [pool.submit(run, step, Path(data)) for step in todo]
        for ended in as_completed(running):
            outcome = ended.result()
            outcomes.append(outcome)
            show(outcome)
    return outcomes


def run(step: Step, data: Path) -> Outcome:
    started = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=environment(data),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return Outcome(step, done.returncode == 0, time.monotonic() - started, done.stdout.strip())


def environment(data: Path) -> dict[str, str]:
    """Ours without the settings of a shop that may stand in the same shell: neither checks nor tests may touch one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRADEWIND_", "DJANGO_"))}
    return {**kept, "TRADEWIND_DATA": str(data), "NO_COLOR": "1"}


def show(outcome: Outcome) -> None:
    print(f"{'ok    ' if outcome.passed else 'FAILED'}  {outcome.step.name} {outcome.seconds:.1f} s", flush=True)
    # The sizes are worth a look even when none is over the limit.
    if not outcome.passed or outcome.step.name == "sizes":
        print("\n".join(f"        {line}" for line in outcome.output.splitlines()), flush=True)
