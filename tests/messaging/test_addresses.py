"""Addresses as their countries write them."""

import pytest

from tradewind.messaging.addresses import address_lines


@pytest.mark.parametrize(
    ("ship_to", "language", "lines"),
    [
        (
            {
                "name": "Greta Öztürk",
                "line1": "Große Elbstraße 5",
                "postcode": "22767",
                "city": "Hamburg",
                "country": "DE",
            },
            "de",
            ("Greta Öztürk", "Große Elbstraße 5", "22767 Hamburg", "Deutschland"),
        ),
        (
            {
                "name": "Ann Lee",
                "company": "Lee & Co",
                "line1": "1 Main St",
                "line2": "Apt 4",
                "city": "Austin",
                "region": "TX",
                "postcode": "78701",
                "country": "US",
            },
            "en",
            ("Ann Lee", "Lee & Co", "1 Main St", "Apt 4", "Austin, TX 78701", "United States"),
        ),
        (
            {
                "name": "Ann Lee",
                "line1": "1 Main St",
                "city": "Austin",
                "region": "",
                "postcode": "78701",
                "country": "US",
            },
            "en",
            ("Ann Lee", "1 Main St", "Austin, 78701", "United States"),
        ),
        (
            {"name": "Tom Hill", "line1": "9 High St", "city": "Leeds", "postcode": "LS1 4AP", "country": "GB"},
            "zh",
            ("Tom Hill", "9 High St", "Leeds", "LS1 4AP", "英国"),
        ),
        ({"name": " Ann \n Lee ", "line1": None, "country": ""}, "en", ("Ann Lee",)),
        ({}, "en", ()),
    ],
)
def test_an_address_is_written_as_in_its_country(
    ship_to: dict[str, object], language: str, lines: tuple[str, ...]
) -> None:
    assert address_lines(ship_to, language) == lines
