"""Why an order does not leave now, in messages that several pages say."""

from typing import Final

from django.utils.translation import gettext_noop

from tradewind.shipping.checking import CHECK_FAILED, CHECK_MISSING

NOT_NOW: Final = gettext_noop("Only a paid order that has not left can be marked dispatched.")
KEPT: Final = gettext_noop("The order is kept back ({reason}). Release it first, then mark it dispatched.")
OTHER_ADDRESS: Final = gettext_noop(
    "The buyer has changed the address since you opened this page. Compare the label with the new one below, then mark it again."
)
OTHER_GOODS: Final = gettext_noop(
    "The goods of this order were changed since you opened this page. Compare the parcel with the goods below, then mark it again."
)
NOT_CHECKED: Final = {
    CHECK_MISSING: gettext_noop(
        "Goods of this order ask for a quality check before they leave. Do it on the page of packing."
    ),
    CHECK_FAILED: gettext_noop(
        "Goods of this order have failed their quality check. Replace them, check again, then send them."
    ),
}
