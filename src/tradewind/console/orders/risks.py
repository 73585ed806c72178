"""Why promises of an order may break, each reason by itself, for its page."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from tradewind.console.troubles.wording import cause_words
from tradewind.core.words import say, spoken
from tradewind.lib.clock import BEIJING
from tradewind.markets.models import Announcement
from tradewind.promises.models import Promise, PromiseRisk
from tradewind.promises.noticed import title_words
from tradewind.promises.risking import NOTICE, risks_of
from tradewind.promises.wording import day_words


def risk_words(promises: Sequence[Promise], notices: Sequence[Announcement]) -> Mapping[int, list[str]]:
    """By promise, the worst first. `notices` are those that stand behind them."""
    titles = {row.pk: title_words(row.title, row.kind, spoken()) for row in notices}
    return {pk: [_words(risk, titles) for risk in risks] for pk, risks in risks_of(promises).items()}


def _words(risk: PromiseRisk, titles: Mapping[int, str]) -> str:
    since = day_words(risk.since.astimezone(ZoneInfo(BEIJING)).date(), spoken())
    what = titles.get(risk.source_id, "") if risk.source_kind == NOTICE else ""
    what = what or cause_words(risk.cause, spoken())
    if risk.note:
        return say(spoken(), "In danger since {day}: {what} ({note})", day=since, what=what, note=risk.note)
    return say(spoken(), "In danger since {day}: {what}", day=since, what=what)
