"""The catalogue as a workbook, from the command line."""

import json
from pathlib import Path

import pytest

from tests.catalog.test_workbook import edited
from tests.cli.test_people_and_keys import say
from tests.shop import Shop
from tradewind.catalog.models import Product


def test_it_goes_out_and_comes_in_without_a_change(
    capsys: pytest.CaptureFixture[str], shop: Shop, tmp_path: Path
) -> None:
    file = tmp_path / "catalogue.xlsx"

    out = say(capsys, "export", "catalogue", str(file))
    back = say(capsys, "import", "catalogue", str(file))

    assert out == (0, f"The catalogue is in {file}.\n", "")
    assert back == (0, "0 products created, 0 changed, 1 unchanged; 0 prices asked anew.\n", "")
    assert [each.name for each in tmp_path.iterdir()] == ["catalogue.xlsx"]


def test_a_dry_run_tells_and_stores_nothing(capsys: pytest.CaptureFixture[str], shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.xlsx"
    file.write_bytes(edited(("Texts", "C3", "Neu")))

    code, out, _ = say(capsys, "import", "catalogue", str(file), "--dry-run", "--json")

    told = json.loads(out)
    assert (code, told["imported"], told["changed"]) == (0, False, 1)
    assert told["changes"] == [
        {"sheet": "Texts", "cell": "C3", "what": "mug · de · title", "before": "Becher", "after": "Neu"}
    ]
    assert Product.objects.get().content["title"]["de"] == "Becher"
    say(capsys, "import", "catalogue", str(file))
    assert Product.objects.get().content["title"]["de"] == "Neu"


def test_bad_cells_are_named_and_the_command_ends_with_2(
    capsys: pytest.CaptureFixture[str], shop: Shop, tmp_path: Path
) -> None:
    file = tmp_path / "catalogue.xlsx"
    file.write_bytes(edited(("Prices", "B2", "x"), ("Texts", "C3", "Neu")))

    code, out, err = say(capsys, "import", "catalogue", str(file), "--json")

    assert (code, json.loads(out)["problems"]) == (
        2,
        [{"sheet": "Prices", "cell": "B2", "words": "Please write the amount like 1280.50."}],
    )
    assert "Prices B2: Please write the amount like 1280.50." in err
    assert Product.objects.get().content["title"]["de"] == "Becher"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("import", "catalogue", "/nowhere.xlsx"), "cannot be read"),
        (("import", "catalogue", __file__), "is no workbook"),
        (("export", "catalogue", "catalogue.csv"), "let it end in .xlsx"),
        (("export", "catalogue", "/nowhere/catalogue.xlsx"), "cannot be written"),
    ],
)
def test_trouble_is_told_in_one_line(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str], shop: Shop
) -> None:
    code, _, err = say(capsys, *words)

    assert (code > 0, told in err, err.count("\n")) == (True, True, 1)
