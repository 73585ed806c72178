import pytest

from tradewind.lib.countries import COUNTRIES
from tradewind.lib.territories import _WITHIN, territory_of


@pytest.mark.parametrize(
    ("country", "postcode", "territory"),
    [
        ("FR", "97200", "MQ"),
        ("FR", "97133", "BL"),
        ("FR", "97150", "MF"),
        ("FR", "97110", "GP"),
        ("FR", "98714", "PF"),
        ("FR", "75011", None),
        ("FR", "97", None),
        ("GB", "JE2 4WA", "JE"),
        ("GB", "im1 1ad", "IM"),
        ("GB", "GY1 1AA", "GG"),
        ("GB", "G12 8QQ", None),
        ("GB", "IG1 1AA", None),
        ("US", "00901", "PR"),
        ("US", "00901-1234", "PR"),
        ("US", "00802", "VI"),
        ("US", "96799", "AS"),
        ("US", "96950", "MP"),
        ("US", "96913", "GU"),
        ("US", "96815", None),  # Honolulu
        ("US", "09021", None),  # an army post office: the United States, wherever it lies
        ("FI", "22100", "AX"),
        ("DK", "3900", "GL"),
        ("NO", "9170", "SJ"),
        ("DE", "97200", None),
    ],
)
def test_a_postcode_says_where_it_lies(country: str, postcode: str, territory: str | None) -> None:
    assert territory_of(country, postcode) == territory


def test_every_territory_can_be_chosen_as_a_country() -> None:
    assert {code for _, _, code in _WITHIN} <= set(COUNTRIES)
