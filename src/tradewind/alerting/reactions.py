"""What facts tell that no to-do tells: promises that will break or have broken, and goods that ran out."""

from tradewind.alerting.kinds import LATE, RISK, STOCK
from tradewind.alerting.raising import Thing, raise_alert
from tradewind.core.facts import Context, reaction
from tradewind.inventory.events import StockRanOut
from tradewind.promises.events import PromiseAtRisk, PromiseBroken
from tradewind.promises.models import Promise


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


def _of_promise(kind: str, promise_id: int, context: Context) -> None:
    account_id = Promise.objects.values_list("account_id", flat=True).get(pk=promise_id)
    raise_alert(Thing(f"{kind}:{context.fact_id}", kind, ("promise", promise_id), context.recorded_at, account_id))
