"""Sending a quotation: what it says is kept as it is, and the buyer is told. Sent again after a change, it is a new version."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from tradewind.core.facts import record
from tradewind.core.todos import settle_by_fact
from tradewind.core.trail import write_audit
from tradewind.markets.shop import shop_profile
from tradewind.quotations.accepting import TODOS
from tradewind.quotations.drafting import hold
from tradewind.quotations.events import QuotationSent
from tradewind.quotations.keeping import compose, content_of, placer
from tradewind.quotations.links import end_links_of_others
from tradewind.quotations.models import Quotation, QuotationVersion
from tradewind.quotations.queries import latest_version
from tradewind.quotations.readying import Looked, Ready, make_ready, registered
from tradewind.quotations.states import QuotationState


class NoLastDay(Exception):
    """A quotation says until when it is valid, and that is today or later."""


def send_quotation(*, quotation_id: int, looked: Looked, by: str, at: datetime) -> QuotationVersion:
    """Keep it as the next version and tell the buyer. The same revision twice is sent once, as long as it is valid.

    Raises DraftOutdated, NotOpen, NotReady, SummaryChanged, NoLastDay.
    """
    with transaction.atomic():
        draft = hold(quotation_id)
        last = latest_version(quotation_id)
        if last is not None and _is_there_already(draft, last, looked, at):
            return last
        ready = make_ready(draft, looked, needs_stock=False, at=at)
        return _send(ready, (last.number if last else 0) + 1, by, at)


def lapse_of(last_day: date) -> datetime:
    """The first moment after a day of the shop's zone."""
    zone = ZoneInfo(shop_profile().zone)
    return datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)


def _is_there_already(draft: Quotation, last: QuotationVersion, looked: Looked, at: datetime) -> bool:
    is_same = draft.state == QuotationState.SENT and last.revision == draft.revision == looked.seen
    return is_same and at < last.lapses_at


def _send(ready: Ready, number: int, by: str, at: datetime) -> QuotationVersion:
    draft = ready.draft
    if draft.valid_until is None or lapse_of(draft.valid_until) <= at:
        raise NoLastDay
    draft.buyer = registered(ready, by=by, at=at)
    composed = compose(ready.summary, ready.market, placer(draft.buyer, ready.details, draft.language), draft.account)
    end_links_of_others(quotation_id=draft.pk, email=composed.order.email, at=at)
    version = QuotationVersion.objects.create(
        quotation=draft,
        number=number,
        revision=draft.revision,
        email=composed.order.email,
        ship_to=composed.order.ship_to,
        note=draft.note,
        content=content_of(composed),
        valid_until=draft.valid_until,
        lapses_at=lapse_of(draft.valid_until),
        sent_at=at,
    )
    _note(draft, version)
    subject = ("quotation", draft.pk)
    for kind in TODOS:
        settle_by_fact(kind, subject=subject, at=at)
    write_audit("quotation.sent", subject=subject, by=by, at=at, after={"version": number, "total": draft.total})
    happened = QuotationSent(draft.pk, draft.buyer.pk, version.pk, number, draft.total, draft.currency)
    record(happened, by=by, at=at)
    return version


def _note(draft: Quotation, version: QuotationVersion) -> None:
    draft.state, draft.sent_at, draft.seen_at = QuotationState.SENT, version.sent_at, None
    draft.lapses_at, draft.answered_at, draft.words = version.lapses_at, None, ""
    draft.total = version.content["total"]
    draft.save()
