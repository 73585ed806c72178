"""A house with goods, orders and files, filled once and copied for each test, and an empty place beside it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import migrated
from tests.backup.houses import House, copied, new_url
from tradewind.config.folders import DataFolder, FolderKind


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, migrated_once: None) -> Iterator[House]:
    folder = DataFolder(tmp_path_factory.mktemp("houses") / "filled")
    folder.prepare(FolderKind.DEMO)
    (folder.path / "rejects").mkdir()
    (folder.path / "rejects" / "orders.rejects.csv").write_text("line,reason\n7,no such country\n")
    with new_url(like=migrated.NAME) as url:
        house = House(folder, url)
        if not url:
            shutil.copy(migrated.file(), folder.database)
        filling = house.script("fill")
        filling.communicate()
        assert filling.returncode == 0
        yield house


@pytest.fixture
def house(filled: House, tmp_path: Path) -> Iterator[House]:
    with copied(filled, tmp_path / "house") as house:
        yield house


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[House]:
    with new_url() as url:
        yield House(DataFolder(tmp_path / "empty"), url)
