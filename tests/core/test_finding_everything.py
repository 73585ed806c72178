"""Of what few hold and of what many hold, the newest are found."""

import pytest

from tradewind.core import search


@pytest.mark.django_db
@pytest.mark.parametrize("few", [search.FEW, 0], ids=["few", "many"])
def test_the_newest_of_each_kind_stand_first(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FEW", few)
    search.index_many("order", {number: ["Hamburg", "blue"] for number in (3, 1, 7, 5)})
    search.index_many("buyer", {number: ["Hamburg"] for number in (6, 2)})
    search.index_many("product", {8: ["Hamburg"]})

    assert search.find("hamb", kinds=["order", "buyer"], limit=3) == [("order", 7), ("buyer", 6), ("order", 5)]
    assert search.find("hamburg blue", kinds=["order", "buyer"], limit=9) == [("order", n) for n in (7, 5, 3, 1)]
    assert search.find("", kinds=["order"]) == search.find("hamburg", kinds=[]) == []
