"""The one place that says in words where a parcel is, so that console, order page and letters say the same."""

from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.words import colon, say
from tradewind.shipping.tracking_states import Party, Reason, Status

STATUSES: Final[dict[Status, str]] = {
    Status.NOT_FOUND: gettext_noop("No news from the carrier yet"),
    Status.LABEL_CREATED: gettext_noop("Announced to the carrier"),
    Status.CANCELLED: gettext_noop("Shipment called off"),
    Status.PICKED_UP: gettext_noop("Taken over by the carrier"),
    Status.IN_TRANSIT: gettext_noop("On its way"),
    Status.CUSTOMS: gettext_noop("At customs"),
    Status.EXCEPTION: gettext_noop("Held up on the way"),
    Status.ATTEMPT_FAILED: gettext_noop("Could not be handed over"),
    Status.OUT_FOR_DELIVERY: gettext_noop("Out for delivery"),
    Status.READY_FOR_PICKUP: gettext_noop("Waiting to be collected"),
    Status.DELIVERED: gettext_noop("Parcel delivered"),
    Status.RETURNING: gettext_noop("On its way back to the shop"),
    Status.RETURNED: gettext_noop("Back at the shop"),
}
_REASONS: Final[dict[Reason, str]] = {
    Reason.PROCESSING: gettext_noop("being cleared"),
    Reason.INFO_REQUIRED: gettext_noop("customs needs something from the recipient"),
    Reason.RELEASED: gettext_noop("cleared"),
    Reason.DELAYED: gettext_noop("delayed"),
    Reason.DAMAGED: gettext_noop("damaged"),
    Reason.LOST: gettext_noop("cannot be found"),
    Reason.DESTROYED: gettext_noop("destroyed"),
    Reason.REJECTED: gettext_noop("not accepted"),
    Reason.BAD_ADDRESS: gettext_noop("the address was not found"),
    Reason.MOVED: gettext_noop("the recipient has moved"),
    Reason.NOBODY_HOME: gettext_noop("nobody was there"),
    Reason.NOT_COLLECTED: gettext_noop("not collected in time"),
    Reason.HELD_FOR_PAYMENT: gettext_noop("waiting for a payment"),
    Reason.SECURITY: gettext_noop("security check"),
    Reason.REFUSED_BY_CARRIER: gettext_noop("the carrier does not take it"),
    Reason.BAD_NUMBER: gettext_noop("the carrier does not know the number"),
}
_PARTIES: Final[dict[Party, str]] = {
    Party.CARRIER: gettext_noop("the carrier"),
    Party.SELLER: gettext_noop("us"),
    Party.BUYER: gettext_noop("the buyer"),
    Party.CUSTOMS: gettext_noop("customs"),
    Party.CIRCUMSTANCES: gettext_noop("nobody: weather, flights and the like"),
}


def status_words(status: str, reason: str, language: str) -> str:
    """ "At customs: being cleared"."""
    words = say(language, STATUSES[Status(status)])
    why = _REASONS.get(Reason(reason))
    return f"{words}{colon(language)}{say(language, why)}" if why else words


def party_words(party: str, language: str) -> str:
    """Who answers for it; empty where nobody has to."""
    words = _PARTIES.get(Party(party))
    return say(language, words) if words else ""
