import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from tradewind.lib.countries import (
    COUNTRIES,
    EU_MEMBERS,
    UnknownCountry,
    country_choices,
    country_from_name,
    country_name,
    is_eu_member,
)

# Every name in the UCI file of online retail outside the United Kingdom.
UCI_NAMES = {
    "Australia": "AU",
    "Austria": "AT",
    "Bahrain": "BH",
    "Belgium": "BE",
    "Brazil": "BR",
    "Canada": "CA",
    "Channel Islands": None,
    "Cyprus": "CY",
    "Czech Republic": "CZ",
    "Denmark": "DK",
    "EIRE": "IE",
    "European Community": None,
    "Finland": "FI",
    "France": "FR",
    "Germany": "DE",
    "Greece": "GR",
    "Hong Kong": "HK",
    "Iceland": "IS",
    "Israel": "IL",
    "Italy": "IT",
    "Japan": "JP",
    "Lebanon": "LB",
    "Lithuania": "LT",
    "Malta": "MT",
    "Netherlands": "NL",
    "Norway": "NO",
    "Poland": "PL",
    "Portugal": "PT",
    "RSA": "ZA",
    "Saudi Arabia": "SA",
    "Singapore": "SG",
    "Spain": "ES",
    "Sweden": "SE",
    "Switzerland": "CH",
    "USA": "US",
    "United Arab Emirates": "AE",
    "United Kingdom": "GB",
    "Unspecified": None,
}


def test_every_country_of_the_uci_file_is_understood() -> None:
    assert {name: country_from_name(name) for name in UCI_NAMES} == UCI_NAMES


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" u.s.a. ", "US"),
        ("de", "DE"),
        ("Bosnia and Herzegovina", "BA"),
        ("Saint Lucia", "LC"),
        ("Cote d'Ivoire", "CI"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("Hong Kong SAR China", "HK"),
    ],
)
def test_names_are_understood_as_people_write_them(text: str, code: str) -> None:
    assert country_from_name(text) == code


@pytest.mark.parametrize(("text", "locale"), [("Deutschland", "de"), ("德国", "zh-Hans"), ("ドイツ", "ja")])
def test_names_of_the_given_language_are_understood(text: str, locale: str) -> None:
    assert country_from_name(text, locale) == "DE"


@pytest.mark.parametrize("text", ["", "Atlantis", "XX", "Country"])
def test_what_is_not_a_country_is_refused_rather_than_guessed(text: str) -> None:
    with pytest.raises(UnknownCountry):
        country_from_name(text)


@given(st.sampled_from(sorted(COUNTRIES)), st.sampled_from(["en", "de", "zh_Hans", "ja", "fr", "es", "it", "pl", "nl"]))
def test_every_country_is_found_by_the_name_that_we_give_it(code: str, locale: str) -> None:
    assert country_from_name(country_name(code, locale), locale) == code


def test_a_country_is_called_what_the_language_calls_it() -> None:
    assert [country_name("DE", locale) for locale in ("de", "en", "zh_Hans", "zh-Hans", "ja")] == [
        "Deutschland",
        "Germany",
        "德国",
        "德国",
        "ドイツ",
    ]
    with pytest.raises(UnknownCountry):
        country_name("XX", "en")


def test_the_list_is_that_of_iso_3166_and_all_of_it_has_names() -> None:
    assert len(COUNTRIES) == 249
    assert set(Locale.parse("en").territories) >= COUNTRIES


def test_choices_are_ordered_as_people_look_for_them() -> None:
    choices = country_choices("de")
    names = [name for _, name in choices]
    assert len(choices) == len(COUNTRIES)
    assert names.index("Ägypten") < names.index("Albanien") < names.index("Österreich") < names.index("Polen")


@pytest.mark.parametrize(
    ("locale", "looked_for"),
    [
        ("fr", ["Égypte", "Espagne", "États-Unis", "Finlande"]),
        ("zh_Hans", ["奥地利", "巴西", "德国", "法国", "斐济", "芬兰", "美国", "瑙鲁", "日本", "中国"]),
        (
            "ja",
            [
                "オーストラリア",
                "オマーン",
                "カーボベルデ",
                "カナダ",
                "ガボン",
                "スイス",
                "スーダン",
                "ドイツ",
                "トーゴ",
            ],
        ),
    ],
)
def test_each_language_has_its_own_order(locale: str, looked_for: list[str]) -> None:
    names = [name for _, name in country_choices(locale)]

    assert [name for name in names if name in looked_for] == looked_for


def test_the_union_has_27_members() -> None:
    assert len(EU_MEMBERS) == 27
    assert EU_MEMBERS <= COUNTRIES
    assert [is_eu_member(code) for code in ("DE", "IE", "GB", "CH", "NO")] == [True, True, False, False, False]
