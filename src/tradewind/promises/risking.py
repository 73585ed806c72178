"""At risk: what we know says that a promise will break. It stays open, and can be safe again."""

from datetime import datetime

from django.db import transaction

from tradewind.core.facts import SYSTEM, record
from tradewind.promises.events import PromiseAtRisk, PromiseSafeAgain
from tradewind.promises.models import Promise

_LONGEST = 200


def put_at_risk(*, promise_id: int, risk: str, at: datetime, note: str = "", by: str = SYSTEM) -> bool:
    """`risk` is a code, `note` for staff and without personal data. False where it has ended, or stands so already."""
    with transaction.atomic():
        promise = _open(promise_id)
        if promise is None or (promise.at_risk_since is not None and promise.risk == risk):
            return False
        promise.at_risk_since = promise.at_risk_since or at
        promise.risk, promise.risk_note = risk, note[:_LONGEST]
        promise.save(update_fields=["at_risk_since", "risk", "risk_note"])
        happened = PromiseAtRisk(promise.pk, promise.order_id, promise.buyer_id, promise.kind, risk)
        record(happened, by=by, at=at)
    return True


def clear_risk(*, promise_id: int, at: datetime, by: str = SYSTEM) -> bool:
    """It will be kept after all. False where it has ended, or was not at risk."""
    with transaction.atomic():
        promise = _open(promise_id)
        if promise is None or promise.at_risk_since is None:
            return False
        promise.at_risk_since, promise.risk, promise.risk_note = None, "", ""
        promise.save(update_fields=["at_risk_since", "risk", "risk_note"])
        record(PromiseSafeAgain(promise.pk, promise.order_id, promise.kind), by=by, at=at)
    return True


def _open(promise_id: int) -> Promise | None:
    """Locked, so that of two who say the same one is heard."""
    return Promise.objects.select_for_update().filter(pk=promise_id, state=Promise.State.MADE).first()
