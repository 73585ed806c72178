"""Delivery addresses: read as their countries write them, corrected where that is safe, asked about once where it is not."""

from typing import Final

import pytest

from tradewind.checkout.details import BadDetails, BuyerDetails, read_details
from tradewind.lib.addresses import address_form
from tradewind.lib.countries import COUNTRIES
from tradewind.lib.recipient_numbers import number_of
from tradewind.storefront.address_fields import address_fields, field_labels

GRETA: Final = {
    "email": "greta@example.com",
    "name": "Greta Öztürk",
    "line1": "Große Elbstraße 5",
    "postcode": "22767",
    "city": "Hamburg",
    "country": "DE",
}
ANN: Final = {**GRETA, "line1": "1 Main St", "city": "Austin", "region": "TX", "postcode": "78701", "country": "US"}


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("PL", "00950", "00-950"),
        ("JP", "1540023", "154-0023"),
        ("GB", "sw1a1aa", "SW1A 1AA"),
        ("GB", " m1   1ae ", "M1 1AE"),
        ("NL", "1234ab", "1234 AB"),
        ("PT", "4925413", "4925-413"),
        ("BR", "01310100", "01310-100"),
        ("DE", "22767", "22767"),
    ],
)
def test_a_postcode_is_written_as_its_country_writes_it(country: str, typed: str, kept: str) -> None:
    details = {**GRETA, "country": country, "postcode": typed, "region": "-", "tax_id": "390.533.447-05"}

    assert read_details(details, language="en").postcode == kept


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("US", "TX", "TX"),
        ("US", "texas", "TX"),
        ("AU", "New South Wales", "NSW"),
        ("BR", "são paulo", "SP"),
        ("BR", "Sao Paulo", "SP"),
        ("JP", "大阪府", "大阪府"),
        ("JP", "osaka", "Osaka"),
        ("US", "Atlantis", "Atlantis"),
        ("US", "-", ""),
        ("DE", "Hamburg", "Hamburg"),
    ],
)
def test_a_region_is_known_by_code_and_name_and_an_unknown_one_stays(country: str, typed: str, kept: str) -> None:
    doubted = {"postcode": "1", "postcode_doubted": "1", "tax_id": "390.533.447-05"}

    assert read_details({**GRETA, **doubted, "country": country, "region": typed}, language="en").region == kept


def test_a_postcode_of_another_state_is_asked_about_once_and_then_stands() -> None:
    wrong = {**ANN, "postcode": "94105"}

    with pytest.raises(BadDetails) as refusal:
        read_details(wrong, language="en")

    assert refusal.value.errors == {
        "postcode": "This postcode does not seem to lie in TX. If both are right, just send the form again."
    }
    assert read_details({**wrong, "postcode_doubted": "94105"}, language="en").postcode == "94105"
    assert read_details(ANN, language="en").ship_to()["region"] == "TX"


def test_a_postcode_far_from_the_mainland_leads_to_its_own_country_whatever_is_sent_again() -> None:
    typed = {**GRETA, "country": "FR", "city": "Fort-de-France", "postcode": "97200", "postcode_doubted": "97200"}

    with pytest.raises(BadDetails) as refusal:
        read_details(typed, language="en")

    words = (
        "This postcode lies in Martinique, where delivery and taxes differ. Please choose Martinique as the country."
    )
    assert refusal.value.errors == {"postcode": words}
    assert read_details({**typed, "country": "MQ"}, language="en").country == "MQ"


def test_a_country_that_has_regions_asks_for_one() -> None:
    with pytest.raises(BadDetails) as refusal:
        read_details({**ANN, "region": ""}, language="en")

    assert list(refusal.value.errors) == ["region"]


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_whoever_fills_in_what_a_country_asks_for_can_order_there(country: str) -> None:
    """With its own example of a postcode, and with a region that is not in the list."""
    form = address_form(country)
    asked = number_of(country)
    example = asked.example if asked else ""
    typed = {**GRETA, "country": country, "postcode": form.example, "region": "-", "tax_id": example}

    details = read_details({**typed, "postcode_doubted": form.example}, language="en")

    assert isinstance(details, BuyerDetails)
    assert details.tax_id == example
    fields = {field.name: field for field in address_fields(country, "en")}
    assert {name for name, field in fields.items() if field.is_needed} == (
        {"line1"} | {part for part in form.needed if part != "street"}
    )
    assert set(field_labels(country, "en")) >= set(fields)


@pytest.mark.parametrize(
    ("country", "order"),
    [
        ("DE", ["line1", "line2", "postcode", "city"]),
        ("GB", ["line1", "line2", "city", "postcode"]),
        ("US", ["line1", "line2", "city", "region", "postcode"]),
        ("JP", ["postcode", "region", "city", "line1", "line2"]),
        ("CN", ["postcode", "region", "city", "district", "line1", "line2"]),
        ("BR", ["postcode", "line1", "line2", "district", "city", "region"]),
        ("KR", ["region", "city", "district", "line1", "line2", "postcode"]),
        ("IE", ["line1", "line2", "district", "city", "region", "postcode"]),
        ("AE", ["line1", "line2", "city", "region"]),
        ("SG", ["line1", "line2", "city", "postcode"]),
    ],
)
def test_fields_stand_in_the_order_of_the_country(country: str, order: list[str]) -> None:
    assert [field.name for field in address_fields(country, "en")] == order


@pytest.mark.parametrize(
    ("country", "label"), [("BR", "Neighbourhood"), ("CN", "District"), ("IE", "Townland"), ("NZ", "Suburb")]
)
def test_a_part_of_a_town_is_asked_for_by_its_name_and_never_insisted_on(country: str, label: str) -> None:
    (field,) = [each for each in address_fields(country, "en") if each.name == "district"]

    assert (field.label, field.autocomplete, field.is_needed) == (label, "address-level3", False)


def test_the_district_goes_into_the_address() -> None:
    typed = {**GRETA, "country": "BR", "postcode": "01310100", "city": "São Paulo", "region": "SP"}

    with_it = read_details({**typed, "district": " Bela Vista ", "tax_id": "390.533.447-05"}, language="pt-BR")

    assert with_it.ship_to()["district"] == "Bela Vista"
    with pytest.raises(BadDetails) as refusal:
        read_details({**typed, "district": "x" * 81, "tax_id": "390.533.447-05"}, language="en")
    assert list(refusal.value.errors) == ["district"]


def test_accents_do_not_tear_names_apart() -> None:
    (field,) = [each for each in address_fields("BR", "pt") if each.name == "region"]
    names = [words for _, words in field.choices]

    assert names[names.index("Pará") : names.index("Pará") + 3] == ["Pará", "Paraíba", "Paraná"]
    assert names.index("Amapá") < names.index("Amazonas")


@pytest.mark.parametrize(
    ("country", "label"),
    [
        ("US", "ZIP code"),
        ("PR", "ZIP code"),
        ("IE", "Eircode"),
        ("IN", "PIN code"),
        ("BR", "CEP (postcode)"),
        ("DE", "Postcode"),
        ("GB", "Postcode"),
    ],
)
def test_a_postcode_is_called_what_people_there_call_it(country: str, label: str) -> None:
    assert field_labels(country, "en")["postcode"] == label


def test_regions_are_named_in_the_readers_script_and_chosen_in_any() -> None:
    (there,) = [field for field in address_fields("JP", "ja") if field.name == "region"]
    (elsewhere,) = [field for field in address_fields("JP", "de") if field.name == "region"]

    assert there.choices[0] == ("北海道", "北海道")
    assert [elsewhere.chosen(each) for each in ("東京都", "Tokyo", "Atlantis", "-")] == ["Tokyo", "Tokyo", "", "-"]
    assert [words for _, words in elsewhere.choices[:2]] == ["Aichi", "Akita"]
    assert (len(there.choices), len(elsewhere.choices)) == (48, 48)


@pytest.mark.parametrize(
    ("country", "postcode", "fits"),
    [
        ("DE", "22767", True),
        ("DE", "2276", False),
        ("US", "94107-1234", True),
        ("CH", "8001", True),
        ("GB", "SW1A 1AA", True),
        ("HK", "", True),
        ("GB", "SW1A", False),
        ("JP", "540-0002", True),
        ("AU", "300", False),
        ("BR", "01310-100", True),
        ("DE", "", False),
    ],
)
def test_a_postcode_is_checked_where_parcels_need_one(country: str, postcode: str, fits: bool) -> None:
    typed = {**GRETA, "country": country, "postcode": postcode, "tax_id": "390.533.447-05", "region": "-"}
    if fits:
        assert read_details(typed, language="en").postcode == postcode
    else:
        with pytest.raises(BadDetails) as refusal:
            read_details(typed, language="en")
        assert list(refusal.value.errors) == ["postcode"]


def test_a_postcode_that_looks_wrong_is_asked_about_once_and_then_stands() -> None:
    typed = {**GRETA, "postcode": "D-22767"}
    with pytest.raises(BadDetails):
        read_details({**typed, "postcode_doubted": "22767"}, language="en")

    assert read_details({**typed, "postcode_doubted": "D-22767"}, language="en").postcode == "D-22767"
    unseen = {**GRETA, "postcode": "D\u200b22767"}
    assert read_details({**unseen, "postcode_doubted": unseen["postcode"]}, language="en").postcode == "D 22767"
    with pytest.raises(BadDetails):  # nothing is not a postcode, however often it is sent
        read_details({**GRETA, "postcode": "", "postcode_doubted": ""}, language="en")


def test_digits_of_double_width_are_digits() -> None:
    osaka = {**GRETA, "country": "JP", "postcode": "５４０－０００２", "city": "大阪市中央区", "region": "大阪府"}

    assert read_details(osaka, language="ja").postcode == "540-0002"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("39053344705", "390.533.447-05"),
        ("16.727.230/0001-97", "16.727.230/0001-97"),
        ("12abc34501de35", "12.ABC.345/01DE-35"),
    ],
)
def test_a_parcel_to_brazil_carries_the_recipients_tax_number(typed: str, kept: str) -> None:
    brazil = {**GRETA, "country": "BR", "postcode": "01310100", "region": "SP"}

    assert read_details({**brazil, "tax_id": typed}, language="pt").ship_to()["tax_id"] == kept
    for wrong in ("", "39053344706", "11111111111", "CPF"):
        with pytest.raises(BadDetails) as refusal:
            read_details({**brazil, "tax_id": wrong}, language="pt")
        assert list(refusal.value.errors) == ["tax_id"]
    # Elsewhere nobody needs it, so nobody keeps it.
    for unasked in (typed, "9" * 99):
        assert read_details({**GRETA, "tax_id": unasked}, language="pt").tax_id == ""
