"""What a way does not carry is read and typed in one's language, and kept in words that goods have."""

from tradewind.console.markets.trait_names import as_kept, trait_names


def test_names_come_back_as_they_are_kept_in_each_language() -> None:
    kept = {"battery", "liquid", "fragile", "durian"}
    shown = {language: trait_names(kept, language) for language in ("en", "de", "zh")}

    assert shown["zh"] == "电池, durian, 易碎品, 液体"
    assert [set(as_kept(each).split(", ")) for each in shown.values()] == [kept] * 3
    assert as_kept("液体，Magnet、 LIQUID") == "liquid, magnet, liquid"
