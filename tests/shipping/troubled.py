"""Parcels that come into trouble, for tests."""

from datetime import datetime, timedelta

from django.db.models import Q

from tests.orders.changing import bought
from tests.shop import Shop
from tradewind.core.worker import run_until_idle
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.hearing import hear
from tradewind.shipping.models import Parcel, Trouble
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.ports import Told
from tradewind.shipping.tracking_states import Reason, Status, means
from tradewind.shipping.trouble_watching import look_for_trouble


def sent(shop: Shop, number: str = "LP1", *, units: int = 1) -> Parcel:
    """Handed over and scanned a day later."""
    tracking = Tracking("YunExpress", number)
    order = mark_dispatched(order=bought(shop, (shop.small, units)), by="staff:1", at=shop.at, tracking=tracking)
    parcel = Parcel.objects.get(order=order)
    heard(shop, parcel, 1, Status.PICKED_UP)
    return parcel


def heard(shop: Shop, parcel: Parcel, days: float, status: Status, reason: Reason = Reason.NONE) -> None:
    at = shop.at + timedelta(days=days)
    hear(parcel_id=parcel.pk, told=[Told(at, means(status, reason), str(status), "Liège", "")], source="x", at=at)


def look(shop: Shop, days: float) -> None:
    """All that is due by then, the schedule's and the reactions'. Whoever follows the parcels has just said that nothing is new."""
    at = shop.at + timedelta(days=days)
    listen(at)
    run_until_idle(now=lambda: at)
    look_for_trouble(at)


def listen(at: datetime) -> None:
    followed = Q(last_at__isnull=False) | Q(watch=Parcel.Watch.WATCHED)
    Parcel.objects.filter(followed).update(listened_at=at)


def cases(**fields: object) -> list[tuple[str, str]]:
    return list(Trouble.objects.filter(**fields).order_by("pk").values_list("cause", "state"))


def moment(shop: Shop, days: float) -> datetime:
    return shop.at + timedelta(days=days)
