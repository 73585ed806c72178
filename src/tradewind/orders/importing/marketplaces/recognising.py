"""Recognising: which kind of file this is, by its headings. A file that does not fit is told what it lacks or looks like."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.models import ShopAccount
from tradewind.core.words import listed, say, spoken
from tradewind.orders.importing.marketplaces import aliexpress, amazon, ebay, shopify, woocommerce
from tradewind.orders.importing.marketplaces.reports import Report, Unread, heading_key

REPORTS: Final = {
    "amazon": amazon.REPORTS,
    "ebay": ebay.REPORTS,
    "aliexpress": aliexpress.REPORTS,
    "shopify": shopify.REPORTS,
    "woocommerce": woocommerce.REPORTS,
}
# What people call the channels; names of companies are the same in every language.
NAMES: Final = {
    "amazon": "Amazon",
    "ebay": "eBay",
    "aliexpress": "AliExpress",
    "shopify": "Shopify",
    "woocommerce": "WooCommerce",
}
# Message ids, said when the file is refused.
_UNREAD: Final = (
    Unread(
        "Amazon, returns",
        frozenset({"order id", "amazon rma id", "return request status"}),
        gettext_noop("It lists returns, not orders. Fetch an order report instead."),
    ),
    Unread(
        "eBay, addresses to post to",
        frozenset({"order number", "post to name", "post to country"}),
        gettext_noop("It lists addresses without articles. Fetch the orders report instead."),
    ),
    Unread(
        "WooCommerce, analytics",
        frozenset({"date", "order #", "status", "product(s)", "items sold"}),
        gettext_noop("It lists sums without articles. Export the orders with an export plugin instead."),
    ),
)


def recognised(headings: Sequence[str], *, source: str) -> Report | None:
    """The report of this source whose columns are all there, None where there is none."""
    keys = {heading_key(heading) for heading in headings}
    return next((report for report in REPORTS[source] if not missing(report, keys)), None)


def missing(report: Report, keys: set[str]) -> list[str]:
    """Headings that the report needs and that are not among `keys`, the usual one of each part."""
    return [report.columns[part][0] for part in report.needs if not keys.intersection(report.columns[part])]


def could_be_headings(cells: Sequence[str]) -> bool:
    """Whether at least a part of some report's headings stands here, to tell them from the lines above a table."""
    keys = {heading_key(cell) for cell in cells}
    return any(_likeness(report, keys) > 0 for reports in REPORTS.values() for report in reports)


def why_not(headings: Sequence[str], *, source: str) -> str:
    """What a person is told about a file that is none of the source's reports. Ends a sentence that began with the file."""
    keys = {heading_key(heading) for heading in headings}
    words = spoken()
    for unread in _UNREAD:
        if unread.headings <= keys:
            return say(words, "looks like “{name}”.", name=unread.name) + " " + say(words, unread.advice)
    for other, reports in REPORTS.items():
        for report in reports:
            if other != source and not missing(report, keys):
                return say(words, "looks like “{name}”. Import it with --from {other}.", name=report.name, other=other)
    nearest = max(REPORTS[source], key=lambda report: (_likeness(report, keys), -len(missing(report, keys))))
    lacking = listed(words, (f"“{heading}”" for heading in missing(nearest, keys)))
    told = say(words, "is no order file of {channel}.", channel=NAMES[source])
    return (
        told
        + " "
        + say(words, "For “{name}” these columns are missing: {lacking}.", name=nearest.name, lacking=lacking)
    )


def advice_against(headings: Sequence[str]) -> str:
    """What to fetch instead of a file that is known and holds no orders; empty for others."""
    keys = {heading_key(heading) for heading in headings}
    return next((say(spoken(), unread.advice) for unread in _UNREAD if unread.headings <= keys), "")


def _likeness(report: Report, keys: set[str]) -> int:
    """How many of the needed parts are there."""
    return len(report.needs) - len(missing(report, keys))


def channel_of(source: str) -> ShopAccount.Channel:
    return REPORTS[source][0].channel
