"""The figures of a day, at the hour that its reader chose: what came in yesterday, and what today asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext_noop

from tradewind.alerting.composing import NAME
from tradewind.alerting.models import Receiver
from tradewind.catalog.models import Variant
from tradewind.core.models import Todo
from tradewind.core.reach import Reach
from tradewind.core.words import colon, listed, locale_of, say
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.promises.models import Promise
from tradewind.promises.queries import at_risk, owed
from tradewind.promises.wording import day_words
from tradewind.shipping.due import Part, due
from tradewind.shipping.trouble_models import Trouble

# Whoever was not there at the hour is told within so long; later the day has its own news.
LATEST: Final = timedelta(hours=6)
FEW: Final = 5
_TITLE: Final = gettext_noop("The figures of {day}")
_OPEN: Final = gettext_noop("Open Today")
_NONE: Final = gettext_noop("none")
_ORDERS: Final = gettext_noop("Orders yesterday")
_REVENUE: Final = gettext_noop("Revenue yesterday")
_TO_SEND: Final = gettext_noop("To be sent today")
_LATE: Final = gettext_noop("Late")
_AT_RISK: Final = gettext_noop("At risk")
_CASES: Final = gettext_noop("New cases since yesterday")
_TODOS: Final = gettext_noop("Waiting for somebody")
_SCARCE: Final = gettext_noop("Nearly sold out ({few} or fewer left)")


@dataclass(frozen=True, slots=True)
class Figures:
    """`revenue` by currency, of what has a price and was neither cancelled nor merged into another."""

    day: date
    orders: int
    revenue: tuple[Money, ...]
    to_send: int
    late: int
    at_risk: int
    cases: int
    todos: int
    scarce: int


def is_due(receiver: Receiver, now: datetime) -> date | None:
    """The day on which its figures are due: from the hour on, as the clock of the reader shows it, past midnight as well."""
    if receiver.figures_at is None:
        return None
    zone = ZoneInfo(receiver.zone)
    today = now.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):
        hour = datetime.combine(day, receiver.figures_at, zone)
        if hour <= now < hour + LATEST and hour >= receiver.hears_since:
            return day
    return None


def figures_of(reach: Reach, day: date, zone: ZoneInfo, *, now: datetime) -> Figures:
    """On the morning of `day`, of the day before and of what is open now."""
    begin, end = _begin(day - timedelta(days=1), zone), _begin(day, zone)
    sold = reach.of(Order.objects.filter(kind=Order.Kind.SALE, placed_at__gte=begin, placed_at__lt=end))
    sold = sold.exclude(state__in=[OrderState.CANCELLED, OrderState.MERGED])
    amounts = sold.filter(is_priced=True).values("currency").annotate(sum=Sum("total")).order_by("currency")
    leaving = _waiting(
        owed(reach, kinds=[Promise.Kind.DISPATCH], until=_begin(day + timedelta(days=1), zone)), OrderState.PAID
    )
    # As Today counts them.
    asked = due(reach, now=now)
    late = [asked[part].filter(due_at__lte=now) for part in (Part.LEAVING, Part.ARRIVING)]
    cases = reach.of(Trouble.objects.filter(opened_at__gte=begin), field="order__account_id")
    todos = reach.of(Todo.objects.filter(state=Todo.State.OPEN), or_of_none=True)
    scarce = Variant.objects.filter(is_offered=True, available__range=(1, FEW))
    return Figures(
        day=day - timedelta(days=1),
        orders=sold.aggregate(number=Count("pk"))["number"],
        revenue=tuple(Money(row["sum"], row["currency"]) for row in amounts),
        to_send=leaving.count(),
        late=sum(rows.count() for rows in late),
        at_risk=at_risk(reach, since=now).count(),
        cases=cases.count(),
        todos=todos.count(),
        scarce=scarce.count(),
    )


def body_of(figures: Figures, language: str) -> dict[str, Any]:
    """As a note keeps it. Every figure leads to its list."""
    today, troubles = reverse("console:today"), reverse("console:troubles")
    orders = reverse("console:orders")
    amounts: Sequence[str] = [format_money(amount, locale_of(language)) for amount in figures.revenue]
    rows = [
        (say(language, _ORDERS), f"{figures.orders}", f"{orders}?kind=sale"),
        (say(language, _REVENUE), listed(language, amounts) or say(language, _NONE), f"{orders}?kind=sale"),
        (say(language, _TO_SEND), f"{figures.to_send}", f"{orders}?state=paid&kind=sale"),
        (say(language, _LATE), f"{figures.late}", today),
        (say(language, _AT_RISK), f"{figures.at_risk}", today),
        (say(language, _CASES), f"{figures.cases}", troubles),
        (say(language, _TODOS), f"{figures.todos}", today),
        (say(language, _SCARCE, few=FEW), f"{figures.scarce}", reverse("console:products")),
    ]
    title = say(language, _TITLE, day=day_words(figures.day, language))
    return {
        "title": f"{NAME}{colon(language)}{title}",
        "lines": [[f"{name}{colon(language)}{value}", path] for name, value, path in rows],
        "more": 0,
        "open": today,
        "open_words": say(language, _OPEN),
        "is_bad": False,
    }


def _waiting(rows: QuerySet[Promise], state: OrderState) -> QuerySet[Promise]:
    """Those whose order waits for it: what has yet to be paid does not leave."""
    return rows.filter(Exists(Order.objects.filter(pk=OuterRef("subject_id"), state=state)), subject_kind="order")


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
