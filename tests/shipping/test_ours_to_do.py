"""Parcels that stand ready and that nobody says were collected, and those whose number nobody tells: to-dos, with what helps."""

from importlib import import_module

import pytest
from django.apps import apps

from tests.orders.changing import bought
from tests.shipping.troubled import cases, heard, look, moment
from tests.shop import Shop
from tradewind.core.models import Todo
from tradewind.core.reach import EVERYWHERE
from tradewind.messaging.trouble_prospects import Wish
from tradewind.messaging.trouble_telling import CannotTell, dismiss, tell, untold, want_told
from tradewind.promises.models import Promise
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.handing_over import hand_over
from tradewind.shipping.models import DeliveryOption, Parcel, Trouble
from tradewind.shipping.parcels import UNKNOWN, Tracking
from tradewind.shipping.tracking import tell_tracking
from tradewind.shipping.tracking_states import Status
from tradewind.shipping.trouble_watching import look_for_trouble


def sent_by(shop: Shop, tracking: Tracking = UNKNOWN) -> Parcel:
    order = mark_dispatched(order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=tracking)
    return Parcel.objects.get(order=order)


def waiting(shop: Shop, number: str = "LP1") -> Parcel:
    return sent_by(shop, Tracking("YunExpress", number, is_waiting=True))


def todos() -> list[str]:
    """States of the to-dos for cases."""
    return list(Todo.objects.filter(kind="parcel.trouble").order_by("pk").values_list("state", flat=True))


def arrival(parcel: Parcel) -> Promise:
    return Promise.objects.filter(kind=Promise.Kind.DELIVERY, subject_id=parcel.order_id).latest("pk")


def test_a_parcel_that_its_carrier_does_not_collect_is_a_to_do_until_somebody_says_that_it_is_gone(shop: Shop) -> None:
    parcel = waiting(shop)

    look(shop, 1.9)
    assert (cases(), todos()) == ([], [])
    look(shop, 2)
    assert (cases(), todos(), arrival(parcel).risk) == ([("uncollected", "open")], ["open"], "uncollected")
    # Nobody looks at it before something can change.
    assert look_for_trouble(moment(shop, 30)) == 0

    hand_over(parcel_ids=[parcel.pk], reach=EVERYWHERE, by="staff:1", at=moment(shop, 6))

    assert (cases(), todos(), arrival(parcel).is_at_risk) == ([("uncollected", "solved")], ["done"], False)
    # From then on it is the carrier's silence that counts.
    Parcel.objects.update(watch=Parcel.Watch.WATCHED)
    look(shop, 10.9)
    assert len(cases()) == 1
    look(shop, 11)
    assert cases()[1:] == [("unscanned", "open")]


def test_a_scan_says_as_well_that_it_was_collected(shop: Shop) -> None:
    parcel = waiting(shop)
    look(shop, 3)
    assert cases() == [("uncollected", "open")]

    heard(shop, parcel, 3, Status.PICKED_UP)
    look(shop, 3)

    assert (cases(), todos()) == ([("uncollected", "solved")], ["done"])


def test_a_number_that_nobody_tells_is_asked_for_until_it_is_told(shop: Shop) -> None:
    parcel = sent_by(shop)

    look(shop, 0.9)
    assert cases() == []
    look(shop, 1)
    assert (cases(), todos(), arrival(parcel).is_at_risk) == ([("unnumbered", "open")], ["open"], False)

    how = {"order_id": parcel.order_id, "seen": UNKNOWN, "by": "staff:1", "at": moment(shop, 1)}
    tell_tracking(tracking=Tracking("YunExpress", ""), **how)  # type: ignore[arg-type]  # values by name
    assert todos() == ["open"]
    how["seen"] = Tracking("YunExpress", "")
    tell_tracking(tracking=Tracking("YunExpress", "LP1"), **how)  # type: ignore[arg-type]  # values by name

    assert (cases(), todos()) == ([("unnumbered", "solved")], ["done"])


def test_nobody_is_asked_for_the_number_of_what_has_none_or_has_come_by_now(shop: Shop) -> None:
    DeliveryOption.objects.filter(code="de-air").update(is_tracked=False)
    sent_by(shop)
    look(shop, 5)
    assert cases() == []

    DeliveryOption.objects.filter(code="de-air").update(is_tracked=True)
    late, dismissed = sent_by(shop), sent_by(shop)
    look(shop, 5)
    case = Trouble.objects.get(parcel=dismissed)
    dismiss(trouble_id=case.pk, why="it has none", by="staff:1", at=moment(shop, 5))
    look_for_trouble(moment(shop, 6))
    assert cases(parcel=dismissed) == [("unnumbered", "dismissed")]
    look_for_trouble(arrival(late).due_at)

    assert (cases(parcel=late), todos()) == ([("unnumbered", "solved")], ["done"])


def test_of_a_missing_number_no_buyer_is_written_to(shop: Shop) -> None:
    sent_by(shop)
    look(shop, 1)
    case = Trouble.objects.get()

    with pytest.raises(CannotTell):
        tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=moment(shop, 1))

    assert not untold(case.group_id).exists()
    assert want_told(group_id=case.group_id, read={case.pk: None}, note="", by="staff:1", at=moment(shop, 1)) == 0


def test_of_a_parcel_that_is_not_collected_a_buyer_hears_days_counted_from_today(shop: Shop) -> None:
    parcel = waiting(shop)
    promised = arrival(parcel)
    look(shop, 9)

    tell(trouble_id=Trouble.objects.get().pk, wish=Wish(), by="staff:1", at=moment(shop, 9))

    told = arrival(parcel)
    assert told.last_day > promised.last_day
    assert (told.first_day - moment(shop, 9).date()).days >= (promised.first_day - moment(shop, 0).date()).days - 2
    assert (Trouble.objects.get().state, todos()) == ("open", ["done"])


def test_those_from_before_are_looked_at_by_the_next_round(shop: Shop) -> None:
    here, gone, old = waiting(shop), sent_by(shop), sent_by(shop, Tracking("YunExpress", "LP2"))
    look(shop, 0.5)
    Parcel.objects.update(look_at=None)

    import_module("tradewind.shipping.migrations.0064_departures").look_again(apps, None)
    look_for_trouble(moment(shop, 4))

    assert [cases(parcel=each) for each in (here, gone, old)] == [
        [("uncollected", "open")],
        [("unnumbered", "open")],
        [],
    ]
