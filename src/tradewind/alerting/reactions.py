"""What facts tell that no to-do tells: promises that will break or have broken, more cases of an open group, goods that ran out."""

from tradewind.alerting.kinds import LATE, RISK, STOCK, TROUBLE
from tradewind.alerting.raising import Thing, raise_alert
from tradewind.core.facts import Context, reaction
from tradewind.core.models import Todo
from tradewind.inventory.events import StockRanOut
from tradewind.promises.events import PromiseAtRisk, PromiseBroken
from tradewind.promises.models import Promise
from tradewind.shipping.events import TroubleFound
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_cases import GROUP, TODO


@reaction(PromiseAtRisk, name="alerting.promise_at_risk")
def promise_at_risk(fact: PromiseAtRisk, context: Context) -> None:
    """What one special notice hits is handled together, and has a to-do of its own."""
    if not fact.risk.startswith("notice:"):
        _of_promise(RISK, fact.promise_id, context)


@reaction(PromiseBroken, name="alerting.promise_broken")
def promise_broken(fact: PromiseBroken, context: Context) -> None:
    _of_promise(LATE, fact.promise_id, context)


@reaction(StockRanOut, name="alerting.stock_ran_out")
def stock_ran_out(fact: StockRanOut, context: Context) -> None:
    raise_alert(Thing(f"stock:{context.fact_id}", STOCK, ("variant", fact.variant_id), context.recorded_at))


@reaction(TroubleFound, name="alerting.more_of_the_same")
def more_of_the_same(fact: TroubleFound, context: Context) -> None:
    """The first case of a group is told by the to-do that it opens; one that comes later finds the to-do open, and told."""
    case = Trouble.objects.select_related("group").filter(pk=fact.trouble_id).first()
    if case is None:
        return
    asked = Todo.objects.filter(kind=TODO, subject_kind=GROUP, subject_id=case.group_id, state=Todo.State.OPEN)
    todo = asked.filter(created_at__lt=case.opened_at).first()
    if todo is not None:
        subject, facts = ("trouble", case.pk), {"todo": todo.pk, "trouble": case.pk}
        key = f"trouble:{case.pk}"
        raise_alert(Thing(key, TROUBLE, subject, context.recorded_at, case.group.account_id, facts))


def _of_promise(kind: str, promise_id: int, context: Context) -> None:
    account_id = Promise.objects.values_list("account_id", flat=True).get(pk=promise_id)
    raise_alert(Thing(f"{kind}:{context.fact_id}", kind, ("promise", promise_id), context.recorded_at, account_id))
