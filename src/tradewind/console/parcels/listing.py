"""All parcels: those that are promised soonest stand first, so that late ones are seen first; those refused are told again."""

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages, typed
from tradewind.console.counts import count_words
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.lib.countries import COUNTRIES, country_choices
from tradewind.shipping.carriers import tracking_url
from tradewind.shipping.following import tell_again
from tradewind.shipping.parcel_queries import (
    COUNTED,
    VIEWS,
    ParcelFilters,
    carriers_in_use,
    late_by,
    parcel_count,
    parcel_list,
)
from tradewind.shipping.parcel_showing import tone_of
from tradewind.shipping.tracking_states import Status
from tradewind.shipping.tracking_words import STATUSES, status_words

_VIEWS: Final = {
    "open": gettext_noop("Underway"),
    "late": gettext_noop("Late"),
    "trouble": gettext_noop("In trouble"),
    "unscanned": gettext_noop("Not scanned yet"),
    "unnumbered": gettext_noop("Without a number"),
    "unfollowed": gettext_noop("Not followed"),
    "unseen": gettext_noop("Arrived? Nobody tells"),
    "delivered": gettext_noop("Parcels delivered"),
    "all": gettext_noop("All"),
}
# Where somebody may say of many that they have arrived.
_TICKED: Final = frozenset({"open", "late", "unseen"})
_LONGEST: Final = 60


@needs("orders.view")
@require_safe
def parcels_page(request: HttpRequest) -> HttpResponse:
    reach, now, language = pages.reach_of(request), utc_now(), words.spoken()
    view = request.GET.get("view", "open")
    view = view if view in _VIEWS else "open"
    asked = {name: request.GET.get(name, "").strip()[:_LONGEST] for name in ("status", "carrier", "country", "number")}
    asked["status"] = asked["status"] if asked["status"] in set(Status) else ""
    asked["country"] = asked["country"] if asked["country"] in COUNTRIES else ""
    # A number is looked for everywhere.
    filters = ParcelFilters(view="" if asked["number"] or view == "all" else view, **asked)
    rows, older = parcel_list(filters, reach, now=now, after=typed.read_key(request.GET, "after"))
    chosen = {"view": view} | {name: value for name, value in asked.items() if value}
    counts = {code: parcel_count(ParcelFilters(view=code), reach, now=now) for code in VIEWS[:6]}
    values = {
        "rows": [
            {
                "parcel": parcel,
                "state": status_words(parcel.status, parcel.reason, language),
                "tone": tone_of(parcel),
                "is_late": late_by(parcel, now),
                "url": tracking_url(parcel.carrier, parcel.tracking_number),
            }
            for parcel in rows
        ],
        "view": view,
        "views": [(code, words.say(language, name), _shown(counts.get(code))) for code, name in _VIEWS.items()],
        "asked": asked,
        "query": urlencode(chosen),
        "statuses": [(status.value, words.say(language, name)) for status, name in STATUSES.items()],
        "carriers": carriers_in_use(reach),
        "countries": country_choices(language),
        "older": typed.write_key(older) if older else "",
        "is_first": "after" not in request.GET,
        "is_tickable": view in _TICKED,
    }
    return pages.show(request, "parcels/listing.html", values)


@needs("orders.dispatch")
@require_POST
def tell_trackers_again(request: HttpRequest) -> HttpResponse:
    tell_again(reach=pages.reach_of(request), by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:parcels", done="told-again")


def _shown(count: int | None) -> str:
    if count is None:
        return ""
    return count_words(count, most=COUNTED)
