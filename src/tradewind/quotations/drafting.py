"""Working on a draft: begun, changed, thrown away. Two who work on one at the same time do not overwrite each other unseen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from tradewind.core import search
from tradewind.core.accounts import own_shop
from tradewind.core.trail import write_audit
from tradewind.lib.refs import new_ref
from tradewind.markets.queries import MarketView, market_by_code
from tradewind.markets.shop import shop_profile
from tradewind.quotations.models import Quotation, QuotationLine
from tradewind.quotations.states import OPEN, QuotationState
from tradewind.quotations.summarising import summarise_draft

KIND: Final = "quotation"  # as it is found
MOST_LINES: Final = 100
MOST_OF_ONE: Final = 100_000
# For how many days a quotation is valid where nobody says otherwise.
VALID_DAYS: Final = 14
ADDRESS: Final = (
    "name",
    "company",
    "line1",
    "line2",
    "district",
    "postcode",
    "city",
    "region",
    "country",
    "phone",
    "tax_id",
)


class DraftOutdated(Exception):
    """Somebody else has changed it since it was looked at: to save now would take their change back unseen."""


class NotOpen(Exception):
    """It has become an order: nothing of it is changed any more. Copy it instead."""


class AlreadySent(Exception):
    """A buyer has it: it is not thrown away."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """An article by its number, or words of one's own. Without a price the market's holds. `price` in minor units."""

    quantity: int
    variant_id: int | None = None
    title: str = ""
    price: int | None = None


@dataclass(frozen=True, slots=True)
class DraftContent:
    """Everything that staff type, complete or not. Amounts are minor units of the market's currency."""

    email: str = ""
    ship_to: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    lines: Sequence[DraftLine] = ()
    option: str = ""
    agreed: Mapping[str, Any] = field(default_factory=dict)  # name, warehouse, days [from, to]
    delivery_price: int | None = None
    discount: int = 0
    note: str = ""
    internal_note: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """For whom a draft is begun, as far as known, and the key of the form that began it."""

    buyer_id: int | None = None
    key: str = ""


def begin_draft(*, market: MarketView, content: DraftContent, start: Start, by: str, at: datetime) -> Quotation:
    """A new draft of the own shop, in a market of its own for good: prices of another one are others. The same key again gives
    the draft that it began.
    """
    draft = Quotation(
        ref=new_ref("Q", 8),
        account=own_shop(at=at),
        market=market.code,
        language=content.language,
        currency=market.currency,
        buyer_id=start.buyer_id,
        key=start.key or None,
        made_by=by,
        made_at=at,
    )
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
            _write(draft, content, at)
            write_audit("quotation.begun", subject=("quotation", draft.pk), by=by, at=at)
    except IntegrityError:
        known = Quotation.objects.filter(key=start.key).first() if start.key else None
        if known is None:
            raise
        return known
    return draft


def save_draft(*, quotation_id: int, seen: int, content: DraftContent, by: str, at: datetime) -> Quotation:
    """Save what was typed. `seen` is the revision that was looked at. Saving the same again changes nothing.

    Raises DraftOutdated, NotOpen.
    """
    with transaction.atomic():
        draft = hold(quotation_id)
        if draft.revision != seen:
            raise DraftOutdated
        if content_of_draft(draft) != content:
            draft.revision += 1
            _write(draft, content, at)
            write_audit("quotation.changed", subject=("quotation", draft.pk), by=by, at=at)
    return draft


def throw_away(*, quotation_id: int, by: str, at: datetime) -> None:
    """A draft that nobody was sent goes for good. Raises AlreadySent, NotOpen, Quotation.DoesNotExist."""
    with transaction.atomic():
        draft = hold(quotation_id)
        if draft.state != QuotationState.DRAFT:
            raise AlreadySent
        write_audit("quotation.thrown_away", subject=("quotation", draft.pk), by=by, at=at, before={"ref": draft.ref})
        search.forget([KIND], draft.pk)
        draft.delete()


def hold(quotation_id: int) -> Quotation:
    """The draft, locked. Raises NotOpen, Quotation.DoesNotExist."""
    draft = Quotation.objects.select_for_update(of=("self",)).get(pk=quotation_id)
    if draft.state not in OPEN or draft.erased_at is not None:
        raise NotOpen
    return draft


def content_of_draft(draft: Quotation) -> DraftContent:
    """As it was saved last."""
    lines = draft.lines.order_by("position")
    return DraftContent(
        email=draft.email,
        ship_to=dict(draft.ship_to),
        language=draft.language,
        lines=tuple(DraftLine(line.quantity, line.variant_id, line.title, line.price) for line in lines),
        option=draft.option,
        agreed=dict(draft.agreed),
        delivery_price=draft.delivery_price,
        discount=draft.discount,
        note=draft.note,
        internal_note=draft.internal_note,
        valid_until=draft.valid_until,
    )


def usual_last_day(at: datetime) -> date:
    """Until when a quotation of today is valid where nobody says otherwise."""
    return at.astimezone(ZoneInfo(shop_profile().zone)).date() + timedelta(days=VALID_DAYS)


def _write(draft: Quotation, content: DraftContent, at: datetime) -> None:
    draft.email, draft.ship_to, draft.language = content.email, dict(content.ship_to), content.language
    draft.option, draft.agreed, draft.delivery_price = content.option, dict(content.agreed), content.delivery_price
    draft.discount, draft.note, draft.internal_note = content.discount, content.note, content.internal_note
    draft.valid_until = content.valid_until
    draft.lines.all().delete()
    QuotationLine.objects.bulk_create(
        QuotationLine(
            quotation=draft,
            position=place,
            variant_id=line.variant_id,
            title=line.title,
            quantity=line.quantity,
            price=line.price,
        )
        for place, line in enumerate(content.lines, start=1)
    )
    market = market_by_code(draft.market, on=at.date())
    draft.total = summarise_draft(draft, market, at=at).total.amount
    draft.save()
    search.index(KIND, draft.pk, _texts(draft))


def _texts(draft: Quotation) -> list[str]:
    """What staff may type to find it."""
    parts = ("name", "company", "line1", "postcode", "city", "phone")
    texts = [draft.ref, draft.email, *(str(draft.ship_to.get(part) or "") for part in parts)]
    return [text for text in texts if text]
