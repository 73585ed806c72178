"""What came of an import, for people and for programs."""

from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a command's --help must not wait for Django
    from tradewind.orders.importing.running import Summary


def as_data(summary: "Summary") -> dict[str, object]:
    return {
        "account": summary.account,
        "report": summary.report or None,
        "dry_run": summary.is_dry_run,
        "read": summary.read,
        "orders": summary.orders,
        **asdict(summary.outcome),
        "unpriced": summary.unpriced,
        "unknown_statuses": summary.unknown_statuses,
        "rejected": summary.rejected,
        "reject_file": str(summary.reject_file) if summary.reject_file else None,
        "sums": {money.currency: str(money.decimal) for money in summary.sums},
        "rounding": {currency: f"{difference:f}" for currency, difference in summary.rounding.items()},
    }


def as_words(summary: "Summary") -> str:
    done = summary.outcome
    begun = "Nothing was stored. It would be: " if summary.is_dry_run else ""
    counts = f"{done.created} created, {done.updated} updated, {done.unchanged} unchanged"
    lines = [
        f"{begun}{summary.orders} orders from {summary.read} rows in the account “{summary.account}”: {counts}.",
        *(f"Sum: {money}" for money in summary.sums),
        *(
            f"Lines are rounded to whole minor units; that changed the sum by {difference:+f} {currency}."
            for currency, difference in summary.rounding.items()
        ),
        *_of_channels(summary),
    ]
    if summary.reject_file:
        lines.append(f"{summary.rejected} rows were rejected: {summary.reject_file} says why.")
    return "\n".join(lines)


def _of_channels(summary: "Summary") -> list[str]:
    done = summary.outcome
    told = (
        (done.older, "orders are known as a newer file told them, and were left as they are."),
        (done.contradicted, "orders kept their state, from which the file's cannot follow. Look at them."),
        (summary.unpriced, "orders are without amounts: this file does not tell what was paid."),
    )
    unknown = [
        f"Status “{status}” is unknown; {number} orders with it keep it as a word, and their state rests on their dates."
        for status, number in summary.unknown_statuses.items()
    ]
    return [f"{number} {words}" for number, words in told if number] + unknown
