"""What the papers of orders that belong together have said, and what they have yet to say.

Together they come to what the standing orders cost, less what went back of it while the goods stayed. What came in addition
is said by a further invoice, what went by a credit note; neither lists anything below zero but discounts.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Q, Sum

from tradewind.lib.money import Money
from tradewind.orders.merging import REASON as MERGED
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.papers.families import paying, standing
from tradewind.papers.items import REFUND, Item, difference, gross_of, groups_of, negated, read_items, share_of, thing
from tradewind.papers.models import IssuedPaper
from tradewind.payments.models import LedgerEntry, Refund

# Reasons of refunds for what is no longer in an order; all others give back a part of the price of what stays.
_OF_CHANGES: Final = ("reduced", MERGED)
_OFFSET: Final = Q(kind=LedgerEntry.Kind.REFUND)


@dataclass(frozen=True, slots=True)
class Missing:
    """What no paper says yet: a credit note over `credit`, and then an invoice over `invoice`, on which `paid` was received."""

    credit: Sequence[Item] = ()
    invoice: Sequence[Item] = ()
    paid: int = 0


@dataclass(frozen=True, slots=True)
class _Money:
    """What came for the standing orders, less what went back for goods that they no longer have; and what else went back."""

    came: int
    went: int


def papers_within(family: Iterable[Order]) -> list[IssuedPaper]:
    return list(IssuedPaper.objects.filter(order__in=[order.pk for order in family]).order_by("pk"))


def missing(
    family: Sequence[Order], papers: Sequence[IssuedPaper], items_of: Callable[[Order], Sequence[Item]]
) -> Missing:
    """Raises what `items_of` raises. Nothing is reckoned from papers that were emptied after their time."""
    if any(paper.forgotten_at is not None for paper in papers):
        return Missing()
    included = family[0].tax_included
    there = standing(family)
    now = [item for order in there for item in items_of(order)]
    said = {kind: _items(papers, kind) for kind in IssuedPaper.Kind}
    credited = [item for item in said[IssuedPaper.Kind.CREDIT_NOTE] if item.kind != REFUND]
    before = difference(said[IssuedPaper.Kind.INVOICE], credited)
    came, went = _sides(difference(now, before), _discounts([*now, *before]), included=included)
    cost, money = gross_of(now, tax_included=included), _money(paying(family))
    given = Money(_given_back(family, cost, money), family[0].currency)
    refunds = [item for item in said[IssuedPaper.Kind.CREDIT_NOTE] if item.kind == REFUND]
    back = _refunds(now, refunds, given, included=included)
    credit, whole = [*went, *back], gross_of(came, tax_included=included)
    return Missing(
        credit=credit if gross_of(credit, tax_included=included) > 0 else (),
        invoice=came if whole > 0 else (),
        paid=min(max(money.came - (cost - whole), 0), whole),
    )


def _items(papers: Iterable[IssuedPaper], kind: str) -> list[Item]:
    return [item for paper in papers if paper.kind == kind for item in read_items(paper.items)]


def _discounts(items: Iterable[Item]) -> set[tuple[tuple[str, ...], str]]:
    return {(thing(item), item.rate) for item in items if item.total < 0}


def _sides(
    changed: Sequence[Item], discounts: Collection[tuple[tuple[str, ...], str]], *, included: bool
) -> tuple[list[Item], list[Item]]:
    """What came, and what went as amounts above zero. More of a discount stands with what came, less of it with what went,
    and so does a cent of tax that moved; a discount that either cannot bear stands on the other side, above zero.
    """
    plain = [item for item in changed if item.total and (thing(item), item.rate) not in discounts]
    came = [item for item in plain if item.total > 0]
    went = [negated(item) for item in plain if item.total < 0]
    for item in changed:
        if item in plain:
            continue
        with_came, with_went = (came, item), (went, negated(item))
        first = item.total < 0 or (item.total == 0 and (item.quantity > 0 or item.tax > 0))
        ways = [with_came, with_went] if first else [with_went, with_came]
        # On the other side alone it has to be worth something, and then it needs nobody to bear it.
        for side, each in ways:
            is_own = gross_of([each], tax_included=included) > 0 and each.total > 0
            if (side and _bears(side, each, included=included)) or is_own:
                side.append(each)
                break
    places = {(thing(item), item.rate): place for place, item in enumerate(changed)}
    for side in (came, went):
        side.sort(key=lambda item: places[thing(item), item.rate])
        side[:] = [replace(item, quantity=max(item.quantity, 0)) for item in side]
    return came, went


def _bears(side: Sequence[Item], item: Item, *, included: bool) -> bool:
    after = [*side, item]
    groups = groups_of(after, tax_included=included)
    return gross_of(after, tax_included=included) > 0 and all(group.gross >= 0 for group in groups)


def _given_back(family: Sequence[Order], cost: int, money: _Money) -> int:
    """What went back of the price of what stands: not what had come beyond it. Where a part was cancelled after the money was
    divided, what went back before may be missing here though it went from there; what nobody ever paid is no such.
    """
    from_here = money.went - max(money.came - cost, 0)
    gone = sum(order.total for order in family if order.state == OrderState.CANCELLED)
    never_paid = max(cost + gone - _money([order.pk for order in family]).came, 0)
    from_there = cost - (money.came - money.went) - never_paid if gone else 0
    return min(max(from_here, from_there, 0), cost)


def _refunds(now: Sequence[Item], said: Sequence[Item], wanted: Money, *, included: bool) -> list[Item]:
    """What a credit note has to say of the price that went back: more of it, or below zero what was said of goods that have
    gone themselves. No rate gives back more than what stands at it.
    """
    stands = {group.rate: group.gross for group in groups_of(now, tax_included=included)}
    back: list[Item] = []
    for group in groups_of(said, tax_included=included):
        over = group.gross - max(stands.get(group.rate, 0), 0)
        if over > 0:
            at_rate = [item for item in said if item.rate == group.rate]
            part = share_of(at_rate, Money(over, wanted.currency), tax_included=included)
            back += [negated(item) for item in part]
    after = [*said, *back]
    more = wanted - Money(gross_of(after, tax_included=included), wanted.currency)
    if more.amount > 0:
        left = [*now, *(negated(item) for item in after)]
        return [*back, *share_of(left, more, tax_included=included)]
    if more.amount < 0:
        back += [negated(item) for item in share_of(after, -more, tax_included=included)]
    return back


def _money(order_ids: Sequence[int]) -> _Money:
    theirs = LedgerEntry.objects.filter(intent__subject_kind="order", intent__subject_id__in=order_ids)
    sums = theirs.aggregate(
        came=Sum("amount", filter=~_OFFSET, default=0), went=Sum("amount", filter=_OFFSET, default=0)
    )
    refunds = Refund.objects.filter(
        intent__subject_kind="order", intent__subject_id__in=order_ids, reason__in=_OF_CHANGES
    )
    is_sent = Q(state=Refund.State.CONFIRMED)
    gone = refunds.exclude(state=Refund.State.FAILED).aggregate(
        all=Sum("amount", default=0), sent=Sum("amount", filter=is_sent, default=0)
    )
    return _Money(sums["came"] - gone["all"], -sums["went"] - gone["sent"])
