"""What customs want from a buyer, in words: what a recipient's number is called, why it is asked for, and what to prepare."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.words import say
from tradewind.lib.recipient_numbers import number_of
from tradewind.shipping.customs import Why

_NUMBERS: Final[Mapping[str, str]] = {
    "cpf": gettext_noop("CPF or CNPJ"),
    "pccc": gettext_noop("Personal customs code (PCCC)"),
    "rut": gettext_noop("Tax number (RUT)"),
    "cuit": gettext_noop("Tax number (CUIT, CUIL or DNI)"),
    "rfc": gettext_noop("Tax number (RFC)"),
    "tckn": gettext_noop("Turkish identity or tax number"),
}
_WHY_ASKED: Final[Mapping[str, str]] = {
    "cpf": gettext_noop(
        "Customs in Brazil release a parcel only with the tax number of the recipient. It goes on the customs form and nowhere else."
    ),
    "pccc": gettext_noop(
        "Customs in Korea release a parcel only with the code of the person who is named above: P and 12 digits, as customs give it to you. It goes on the customs form and nowhere else."
    ),
}
_NEEDED: Final = gettext_noop(
    "Customs there release a parcel only with this number of the recipient. It looks like {example}, and goes on the customs form and nowhere else."
)
_OPTIONAL: Final = gettext_noop(
    "With it customs may release the parcel sooner. It looks like {example}, and goes on the customs form and nowhere else."
)

WHY: Final[Mapping[Why, str]] = {
    Why.SALE: gettext_noop("Sale of goods"),
    Why.RETURN: gettext_noop("Returned goods"),
    Why.GIFT: gettext_noop("Gift"),
}
_SCHEMES: Final[Mapping[str, str]] = {
    "ioss": gettext_noop("IOSS number"),
    "uk_vat": gettext_noop("VAT number (GB)"),
    "voec": gettext_noop("VOEC number"),
    "au_gst": gettext_noop("ABN or ARN for Australia"),
    "nz_gst": gettext_noop("GST number for New Zealand"),
}


def number_name(country: str, language: str) -> str:
    """What the recipient's number is called; "Tax number" where customs ask for none."""
    asked = number_of(country)
    return say(language, _NUMBERS[asked.key]) if asked else say(language, "Tax number")


def why_asked(country: str, language: str) -> str:
    asked = number_of(country)
    if asked is None:
        return ""
    words = _WHY_ASKED.get(asked.key, _NEEDED if asked.is_needed else _OPTIONAL)
    return say(language, words, example=asked.example)


def scheme_name(key: str, language: str) -> str:
    return say(language, _SCHEMES[key])


def to_expect(language: str) -> str:
    """Of any parcel that crosses a border."""
    words = gettext_noop(
        "The parcel crosses a border. The carrier or customs may call or write to you: keep your phone on, and look into your mail."
    )
    return say(language, words)


def to_prepare(country: str, language: str) -> list[str]:
    """What a buyer whose parcel crosses a border should know and have at hand before ordering."""
    told = [to_expect(language)]
    if number_of(country) is not None:
        name = number_name(country, language)
        told.append(
            say(language, "Customs ask for this number of yours: {number}. You type it with the address.", number=name)
        )
    return told


def who_pays(language: str, *, is_due_at_door: bool | None) -> str:
    """None: nobody has noted what this country asks for."""
    if is_due_at_door is None:
        words = gettext_noop(
            "Customs there may ask for import tax and duty. They are not in your total, and yours to pay."
        )
        return say(language, words)
    if is_due_at_door:
        return say(language, "Import tax and duty are yours to pay, to the carrier, before the parcel is handed over.")
    return say(language, "You pay nothing at the door: what we know of import tax and duty is in your total.")


def to_do_at_customs(country: str, language: str, *, is_asked: bool) -> list[str]:
    """For a buyer whose parcel is at customs; `is_asked`: customs need something from them."""
    if not is_asked:
        return [
            say(
                language,
                "Customs look at most parcels for a day or two. You need not do anything unless they or the carrier write to you.",
            )
        ]
    told = [
        say(
            language,
            "Customs need something from you. Answer the letter, mail or call of the carrier as soon as you can: after some days parcels go back.",
        ),
        say(
            language,
            "Have ready: the confirmation of your order or the invoice, which show what you bought and for how much.",
        ),
    ]
    if number_of(country) is not None:
        told.append(say(language, "Have ready: {number}.", number=number_name(country, language)))
    told.append(
        say(
            language,
            "Nobody has written to you, or you are not sure that it is genuine? Write to us: we ask the carrier.",
        )
    )
    return told
