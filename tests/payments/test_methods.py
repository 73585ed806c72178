"""Markets offer payment methods; only those that can be carried out here."""

import pytest

from tradewind.payments.methods import MethodNotOffered, Offer, offer_for, offers
from tradewind.payments.models import MethodOffer

pytestmark = pytest.mark.django_db


def a_method(code: str, **changes: object) -> MethodOffer:
    values = {"market_id": 1, "provider": "manual", "name": {"en": code, "de": f"{code} (de)"}, **changes}
    return MethodOffer.objects.create(code=code, **values)


def test_a_market_offers_its_methods_in_order_and_in_the_buyers_language() -> None:
    a_method("transfer", position=2, is_instant=False, hold_days=7, note={"en": "Takes days", "de": "Dauert Tage"})
    a_method("card", position=1, provider="simulator")

    assert offers(1, "de") == [
        Offer("card", "simulator", "card (de)", "", is_instant=True, hold_days=1),
        Offer("transfer", "manual", "transfer (de)", "Dauert Tage", is_instant=False, hold_days=7),
    ]


def test_methods_of_other_markets_methods_switched_off_and_methods_without_a_provider_are_not_offered() -> None:
    a_method("elsewhere", market_id=2)
    a_method("off", is_on=False)
    a_method("unplugged", provider="nobody")
    a_method("transfer")

    assert [offer.code for offer in offers(1, "en")] == ["transfer"]


def test_a_method_that_is_not_offered_is_named_in_the_error() -> None:
    a_method("card", is_on=False)

    with pytest.raises(MethodNotOffered) as problem:
        offer_for(1, "card")

    assert (problem.value.market_id, problem.value.code) == (1, "card")


def test_one_offered_method_is_found_by_its_code() -> None:
    a_method("card", provider="simulator")

    assert offer_for(1, "card", "de").name == "card (de)"
