"""Owns which postcodes of a country lie in a territory with a code, a tax and a post of its own.

Its people often write the country that it belongs to. Delivery and taxes are still the territory's: outside of the VAT of
the mainland, across a customs border, weeks instead of days. Prefixes as the posts give them; codes of ISO 3166-1.
"""

import re
from typing import Final

# Country as written, form of the postcode without spaces, territory.
_WITHIN: Final = tuple(
    (country, re.compile(form), territory)
    for country, form, territory in (
        # La Poste: 971 to 988 are overseas.
        ("FR", r"97133", "BL"),
        ("FR", r"97150", "MF"),
        ("FR", r"971\d\d", "GP"),
        ("FR", r"972\d\d", "MQ"),
        ("FR", r"973\d\d", "GF"),
        ("FR", r"974\d\d", "RE"),
        ("FR", r"975\d\d", "PM"),
        ("FR", r"976\d\d|985\d\d", "YT"),
        ("FR", r"986\d\d", "WF"),
        ("FR", r"987\d\d", "PF"),
        ("FR", r"988\d\d", "NC"),
        # Royal Mail: neither belongs to the United Kingdom, nor to its VAT but for the Isle of Man.
        ("GB", r"JE\d.*", "JE"),
        ("GB", r"GY\d.*", "GG"),
        ("GB", r"IM\d.*", "IM"),
        ("GB", r"GX11.*", "GI"),
        # USPS: territories that ISO 3166-1 counts by themselves.
        ("US", r"00[679]\d\d.*", "PR"),
        ("US", r"008\d\d.*", "VI"),
        ("US", r"96799.*", "AS"),
        ("US", r"9695[012].*", "MP"),
        ("US", r"969[123]\d.*", "GU"),
        # The Åland Islands are in the customs territory of the Union and outside of its VAT.
        ("FI", r"22\d\d\d", "AX"),
        # PostNord: 3900 to 3999 is Greenland.
        ("DK", r"39\d\d", "GL"),
        ("NO", r"917[0-9]", "SJ"),
    )
)


def territory_of(country: str, postcode: str) -> str | None:
    """The territory in which the postcode lies, where it is not the country that was written with it."""
    plain = re.sub(r"[\s-]", "", postcode).upper()
    return next((code for written, form, code in _WITHIN if written == country and form.fullmatch(plain)), None)
