"""The size figures: what is measured, and that a limit bites."""

from pathlib import Path

from tools import sizes


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def function_of(lines: int) -> str:
    return "def place_order():\n" + "    pass\n" * (lines - 1)


def complaints(root: Path) -> list[str]:
    return [complaint.removeprefix(f"{root}/") for complaint in sizes.too_large(sizes.measure(root))]


def test_a_function_may_have_sixty_lines_and_no_more(tmp_path: Path) -> None:
    write(tmp_path, "src/placing.py", function_of(60))
    assert complaints(tmp_path) == []

    write(tmp_path, "src/placing.py", function_of(61))
    assert complaints(tmp_path) == ["src/placing.py:1: place_order has 61 lines, at most 60"]


def test_every_kind_of_file_has_its_limit(tmp_path: Path) -> None:
    limits = {
        "src/placing.py": 500,
        "src/ui/templates/cart.html": 150,
        "src/ui/templates/mail/placed.txt": 150,
        "src/ui/static/base.css": 300,
        "src/ui/static/cart.js": 200,
    }
    for name, limit in limits.items():
        write(tmp_path, name, "\n" * limit)
    assert complaints(tmp_path) == []

    for name, limit in limits.items():
        write(tmp_path, name, "\n" * (limit + 1))
    assert sorted(complaints(tmp_path)) == sorted(
        f"{name}: {limit + 1} lines, at most {limit}" for name, limit in limits.items()
    )


def test_what_is_not_ours_to_shorten_is_not_measured(tmp_path: Path) -> None:
    for name in ("src/ui/static/vendor/htmx.js", "src/core/migrations/0001_initial.py", "src/notes.txt"):
        write(tmp_path, name, "\n" * 1000)

    assert sizes.measure(tmp_path) == []


def test_a_missed_aim_is_said_and_does_not_fail(tmp_path: Path) -> None:
    for number in range(9):
        write(tmp_path, f"src/short{number}.py", "\n")
    write(tmp_path, "src/long.py", "\n" * 400)
    measured = sizes.measure(tmp_path)

    assert sizes.too_large(measured) == []
    assert sizes.aims(measured) == "90.0% of 10 (aim 95%) files under 300 lines, 100.0% of 0 functions under 30"
