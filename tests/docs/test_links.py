"""What the pages point to is there."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, SOURCE, anchor, links, named_functions, named_paths, pages

# Named as what a person or a program will make, or as an example of a name.
_NOT_OURS = {"~/.config/pip/pip.conf"}


def _target(page: Path, link: str) -> tuple[Path, str]:
    path, _, fragment = link.partition("#")
    return ((page.parent / path).resolve() if path else page), fragment


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    inner = [link for link in links(page.read_text()) if "://" not in link and not link.startswith("mailto:")]

    assert [link for link in inner if not _target(page, link)[0].exists()] == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_heading_finds_it(page: Path) -> None:
    missing = []
    for link in links(page.read_text()):
        target, fragment = _target(page, link)
        if "://" in link or not fragment or target.suffix != ".md":
            continue
        headings = re.findall(r"^#+ (.+)$", target.read_text(), flags=re.MULTILINE)
        if fragment not in {anchor(heading) for heading in headings}:
            missing.append(link)

    assert missing == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_in_a_page_exists(page: Path) -> None:
    named = set(named_paths(page.read_text())) - _NOT_OURS

    places = (ROOT, SOURCE, page.parent, ROOT / "tests", ROOT / "docs")
    assert sorted(path for path in named if not any((place / path).exists() for place in places)) == []


def test_every_function_on_the_way_of_an_order_is_where_the_page_says() -> None:
    named = named_functions((ROOT / "docs" / "architecture.md").read_text())

    lost = [
        (file, function)
        for file, function in named
        if not re.search(rf"^\s*def {function}\(", (SOURCE / file).read_text(), flags=re.MULTILINE)
    ]
    assert lost == []
    assert len(named) >= 25


def test_both_readmes_show_pictures_that_every_visitor_can_load() -> None:
    pictures = sorted((ROOT / "docs" / "pictures").glob("*"))
    shown = "".join(page.read_text() for page in pages())

    assert [picture.name for picture in pictures if picture.stat().st_size >= 200_000] == []
    assert [picture.name for picture in pictures if picture.name not in shown] == []
