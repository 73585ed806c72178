"""Pages that answer: payment, returns, contact, terms, privacy, who sells. Made from the rules in force and the shop's profile,
followed by what the seller has written for the market.
"""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.core.words import pause, pick, say
from tradewind.markets.page_texts import PAGES, page_text, paragraphs_of
from tradewind.markets.registers import is_public, register_words
from tradewind.markets.shop import Contact, ShopProfile, shop_profile
from tradewind.payments.methods import offers
from tradewind.shipping.terms import terms_of
from tradewind.storefront.pages import answers_of, show
from tradewind.storefront.place import Place, in_place

_SEVERAL: Final = "delivery"  # has a view of its own


class Fact(NamedTuple):
    """One line of who sells."""

    name: str
    value: str


@in_place
@require_safe
def answer_page(request: HttpRequest, place: Place, page: str) -> HttpResponse:
    if page not in PAGES or page == _SEVERAL:
        raise Http404
    return show(
        request, place, f"storefront/answers/{page}.html", {**own_words(place, page), **_facts_for(place, page)}
    )


def own_words(place: Place, page: str) -> Mapping[str, object]:
    """What the seller has added, with the language in which it is written."""
    language, text = page_text(page, place.market.id, place.language)
    return {"own_language": language, "own_words": paragraphs_of(text)}


def _facts_for(place: Place, page: str) -> Mapping[str, object]:
    """What the page's template needs beside the frame's values."""
    shop = shop_profile()
    values: dict[str, object] = {
        "heading": dict(answers_of(place))[page],
        "seller": _named(shop.manufacturer, shop.email, place),
    }
    if page in {"payment", "legal"}:
        values["methods"] = offers(place.market.id, place.language)
    if page == "legal":
        values |= {
            "facts": seller_facts(shop, place.language, place.market.countries),
            "responsible": _responsible(shop, place),
            "is_japan": "JP" in place.market.countries,
        }
        values["ways"] = terms_of(place.market)
    return values


def _named(contact: Contact, email: str, place: Place) -> str:
    """Whom to write to, in a sentence: as much of it as is known, and nothing where nobody is named."""
    told = (pick(contact.name, place.language), pick(contact.address, place.language), email)
    return pause(place.language).join(each for each in told if each) if contact.is_named else email


def _responsible(shop: ShopProfile, place: Place) -> str:
    contact = shop.eu_responsible
    return _named(contact, contact.email, place) if contact and contact.is_named else ""


def seller_facts(shop: ShopProfile, language: str, countries: Collection[str]) -> list[Fact]:
    """Who sells, line by line, to buyers in these countries; what is not known is left out, and the console says so."""
    contact = shop.manufacturer
    told = [
        Fact(say(language, "Company"), pick(contact.name, language)),
        Fact(say(language, "Responsible"), shop.representative),
        Fact(say(language, "Address"), pick(contact.address, language)),
        Fact(say(language, "Phone"), shop.phone),
        Fact(say(language, "E-mail"), shop.email),
        *(
            Fact(register_words(key, language), number)
            for key, number in shop.registrations.items()
            if is_public(key, countries)
        ),
    ]
    return [fact for fact in told if fact.value.strip()]
