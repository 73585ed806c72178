"""Named reads of discount codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Q, Sum

from tradewind.checkout.models import CodeUse, DiscountCode
from tradewind.lib.money import Money

PAGE: Final = 50

Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code with what became of it."""

    id: int
    code: str
    occasion: str
    gives: str
    percent: int
    amounts: Sequence[Money]
    least: Sequence[Money]
    markets: Sequence[str]
    products: Sequence[int]
    categories: Sequence[int]
    email: str
    starts_at: datetime
    ends_at: datetime | None
    most_uses: int | None
    is_once_per_buyer: bool
    is_for_new_buyers: bool
    created_at: datetime
    trouble_id: int | None  # the case that it is an apology for, and the order of that
    order_ref: str
    uses: int
    taken_off: Sequence[Money]  # from orders that stand, by currency

    @property
    def key(self) -> Key:
        return self.created_at, self.id

    def state(self, now: datetime) -> str:
        """planned, running, used_up or over."""
        if self.ends_at is not None and self.ends_at <= now:
            return "over"
        if now < self.starts_at:
            return "planned"
        return "used_up" if self.most_uses is not None and self.uses >= self.most_uses else "running"


@dataclass(frozen=True, slots=True)
class CodePage:
    """One page, newest first. `older` is the key to go on from, None at the end."""

    rows: Sequence[CodeRow]
    older: Key | None


def code_list(*, after: Key | None = None, size: int = PAGE) -> CodePage:
    """A page of codes, newest first: those older than the key `after`."""
    found = DiscountCode.objects.select_related("trouble__order").order_by("-created_at", "-id")
    if after is not None:
        found = found.filter(Q(created_at__lt=after[0]) | Q(created_at=after[0], id__lt=after[1]))
    codes = list(found[: size + 1])
    became = _what_became(codes[:size])
    rows = [_row(code, became.get(code.pk, ())) for code in codes[:size]]
    return CodePage(rows, rows[-1].key if len(codes) > size else None)


def code_of_trouble(trouble_id: int) -> CodeRow | None:
    """The code that a case's buyer was given as an apology."""
    code = DiscountCode.objects.select_related("trouble__order").filter(trouble_id=trouble_id).first()
    return _row(code, _what_became([code]).get(code.pk, ())) if code else None


def code_use_of(order_id: int) -> CodeUse | None:
    """The code that an order was placed with."""
    return CodeUse.objects.filter(order_id=order_id).select_related("code").first()


_Became = Mapping[int, Sequence[tuple[int, Money]]]


def _what_became(codes: Sequence[DiscountCode]) -> _Became:
    """By code: uses and the sum taken off, for each currency."""
    uses = CodeUse.objects.filter(code__in=codes, given_back_at=None)
    found: dict[int, list[tuple[int, Money]]] = {}
    sums = uses.order_by("code_id", "currency").values_list("code_id", "currency")
    for code_id, currency, count, total in sums.annotate(Count("id"), Sum("amount")):
        found.setdefault(code_id, []).append((count, Money(total, currency)))
    return found


def _row(code: DiscountCode, became: Sequence[tuple[int, Money]]) -> CodeRow:
    return CodeRow(
        id=code.pk,
        code=code.code,
        occasion=code.occasion,
        gives=code.gives,
        percent=code.percent,
        amounts=[Money(amount, currency) for currency, amount in code.amounts.items()],
        least=[Money(amount, currency) for currency, amount in code.least.items()],
        markets=code.markets,
        products=code.products,
        categories=code.categories,
        email=code.email,
        starts_at=code.starts_at,
        ends_at=code.ends_at,
        most_uses=code.most_uses,
        is_once_per_buyer=code.is_once_per_buyer,
        is_for_new_buyers=code.is_for_new_buyers,
        created_at=code.created_at,
        trouble_id=code.trouble_id,
        order_ref=code.trouble.order.ref if code.trouble else "",
        uses=sum(count for count, _ in became),
        taken_off=[total for _, total in became],
    )
