"""How a console page is made: the frame with its navigation, and what every template may call."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_noop

from tradewind.console import labels, times
from tradewind.console.staff.viewed import viewer_of
from tradewind.core import words
from tradewind.core.models import Staff
from tradewind.core.reach import Reach
from tradewind.core.staff import may
from tradewind.lib.clock import stamp
from tradewind.lib.money import Money


@dataclass(frozen=True, slots=True)
class Area:
    """One entry of the navigation."""

    name: str
    page: str
    icon: str
    ability: str


AREAS: Final = (
    Area(gettext_noop("Today"), "console:today", "today", "today.view"),
    Area(gettext_noop("Orders"), "console:orders", "orders", "orders.view"),
    Area(gettext_noop("Warehouse"), "console:warehouse", "box", "orders.dispatch"),
    Area(gettext_noop("Parcels"), "console:parcels", "truck", "orders.view"),
    Area(gettext_noop("Trouble"), "console:troubles", "alert", "orders.view"),
    Area(gettext_noop("Products"), "console:products", "products", "products.view"),
    Area(gettext_noop("Discount codes"), "console:codes", "codes", "codes.view"),
    Area(gettext_noop("Markets"), "console:markets", "markets", "markets.view"),
    Area(gettext_noop("Messages"), "console:messages", "messages", "messages.view"),
    Area(gettext_noop("Words of letters"), "console:words", "messages", "words.view"),
    Area(gettext_noop("Pages and notices"), "console:answers", "answers", "answers.view"),
    Area(gettext_noop("Visits"), "console:visits", "visits", "insights.view"),
    Area(gettext_noop("Shop accounts"), "console:accounts", "accounts", "accounts.view"),
    Area(gettext_noop("Staff"), "console:staff", "person", "staff.view"),
    Area(gettext_noop("Changes"), "console:audit", "clock", "audit.view"),
    Area(gettext_noop("Webhooks"), "console:hooks", "hooks", "hooks.view"),
    Area(gettext_noop("Keys of programs"), "console:keys", "key", "keys.view"),
    Area(gettext_noop("Settings"), "console:settings", "plug", "settings.view"),
    Area(gettext_noop("Work"), "console:work", "work", "work.view"),
)
# What a page says after an act that succeeded; the address carries the code.
DONE: Final = {
    "cancelled": gettext_noop("The order is cancelled. Its stock is free again."),
    "dispatched": gettext_noop("The order is marked dispatched. The goods have left the books."),
    "checked": gettext_noop("The check is on record."),
    "damage": gettext_noop("Noted. It counts for how the product is packed."),
    "handed-over": gettext_noop("Handed over to the carrier."),
    "packing": gettext_noop("Saved. Whoever packs reads it from now on."),
    "part-sent": gettext_noop("The part has left. What stays here stands below."),
    "photographed": gettext_noop("Kept. Only staff see it."),
    "told-again": gettext_noop("The tracker is told about them within a minute."),
    "arrived": gettext_noop("Noted: it has arrived. What was promised is settled by that day."),
    "arrived-some": gettext_noop(
        "Noted, but not of those that cannot have arrived on that day: they had not left, or go back."
    ),
    "arrived-none": gettext_noop("Nothing is noted: none of them can have arrived on that day."),
    "arrived-gone": gettext_noop("Nothing is noted: the parcel has another label by now, or goes back. Look at it."),
    "arrived-unsaid": gettext_noop("Nothing is noted. Tick parcels, and say on which day they arrived."),
    "tracking": gettext_noop("Saved. The buyer reads it on the page of the order."),
    "held": gettext_noop("The order is kept back. Nobody can mark it dispatched until it is released."),
    "revised": gettext_noop("The goods are changed. What goes back or has yet to come stands with the payment."),
    "split": gettext_noop("The order is split in two. Each names the other."),
    "merged": gettext_noop("The orders are one. What was taken in leads here."),
    "quotation-copied": gettext_noop("This is the new draft. Look it over before you send it."),
    "quotation-ordered": gettext_noop("The order stands, and its stock is held."),
    "quotation-removed": gettext_noop("The draft is thrown away."),
    "quotation-saved": gettext_noop("Saved."),
    "quotation-sent": gettext_noop("The quotation is on its way to the buyer."),
    "allowed": gettext_noop("The address is written to again."),
    "helped": gettext_noop("Noted. The to-do is done."),
    "address-asked": gettext_noop("The buyer is asked for the address. The order stays kept back."),
    "released": gettext_noop("The order is released. It may leave."),
    "tagged": gettext_noop("The order has the tag."),
    "untagged": gettext_noop("The tag is taken away."),
    "noted": gettext_noop("The note stands on the order. Only staff see it."),
    "note-removed": gettext_noop("The note is taken back."),
    "view-kept": gettext_noop("The view is kept. It stands above the list."),
    "view-changed": gettext_noop("The view is changed."),
    "view-removed": gettext_noop("The view is taken away. Orders stay as they are."),
    "columns": gettext_noop("Your list shows these columns from now on."),
    "erased": gettext_noop("Erased. What was sold and for how much stays on record."),
    "answered": gettext_noop("Marked as answered."),
    "customs": gettext_noop("Saved. The customs papers are computed from it."),
    "papers": gettext_noop("The papers of the order are complete."),
    "refund": gettext_noop("The refund is decided. Below it says what happens next."),
    "refund-sent": gettext_noop("The refund is recorded as sent."),
    "transfer": gettext_noop("The transfer is recorded."),
    "price": gettext_noop("The new price holds from now on."),
    "price-same": gettext_noop("This price was asked already. Nothing changed."),
    "synonyms": gettext_noop("Buyers find with these words from now on."),
    "stock": gettext_noop("The stock is corrected."),
    "shelf": gettext_noop("The place is kept. Pick lists and packing name it."),
    "created": gettext_noop("The product is begun. Nobody but you and your colleagues sees it yet."),
    "saved": gettext_noop("Saved. Buyers read it once it is published."),
    "variants": gettext_noop(
        "Choices and variants are saved. Variants hold at once, the names of choices once published."
    ),
    "prices": gettext_noop("The new prices hold from now on."),
    "published": gettext_noop("Published. Buyers read this version from now on."),
    "offline": gettext_noop("Taken offline. Nobody can buy it any more; orders keep what they hold."),
    "placed": gettext_noop("Saved. Lists show it there from now on."),
    "fading": gettext_noop("Saved. Lists follow with the next count, within the hour."),
    "succeeded": gettext_noop("Saved. Who asks for it is led there from now on."),
    "moved": gettext_noop("Saved. Links to the old address lead to the new one."),
    "online": gettext_noop("Online again, as it was published last."),
    "uploaded": gettext_noop("Uploaded. Pictures are prepared within a minute and shown once published."),
    "media": gettext_noop("Saved."),
    "media-removed": gettext_noop("Removed."),
    "code-made": gettext_noop("The code is made. It holds from its first day on."),
    "code-ended": gettext_noop("The code holds for no new order from now on."),
    "market": gettext_noop("The market is open. Give it ways to deliver and to pay, and prices."),
    "margin-stated": gettext_noop("Kept. The figures below reckon with it."),
    "market-changed": gettext_noop("Changed. Buyers see it from now on."),
    "rule": gettext_noop("The rule is on record. It holds from its day on."),
    "rule-ended": gettext_noop("The rule ends on the day that you chose."),
    "todo": gettext_noop("Done. The to-do is off the list."),
    "retried": gettext_noop("It will be tried again within seconds."),
    "dropped": gettext_noop("It is given up, and your reason is on record."),
    "announced": gettext_noop("It is announced."),
    "announcement-changed": gettext_noop("Saved. Pages and new dates follow at once."),
    "notice-other": gettext_noop("The notice was changed meanwhile. Please look at it again; nobody was told."),
    "announcement-ended": gettext_noop("It is taken down, and stays on record."),
    "page-text": gettext_noop("Buyers read this from now on."),
    "shop": gettext_noop("Saved. Pages and mails say so from now on."),
    "warehouse-opened": gettext_noop(
        "The warehouse is there. Give markets a way to deliver from it, and count its stock."
    ),
    "warehouse": gettext_noop("Saved. Delivery dates follow it from now on."),
    "choice": gettext_noop("Saved. Filters say so from now on, goods as soon as each is written."),
    "choice-merged": gettext_noop("The two become one."),
    "warehouse-off": gettext_noop(
        "Switched off. What lies there is not sold any more; what orders hold there stays held."
    ),
    "warehouse-on": gettext_noop("Switched on. What lies there is sold again."),
    "password": gettext_noop("The new password holds. All other browsers are logged out."),
    "second-factor-off": gettext_noop("The second factor is off: the password alone lets in."),
    "device-out": gettext_noop("Logged out there."),
    "staff": gettext_noop("Saved. It holds from their next click on."),
    "staff-left": gettext_noop("They are logged out and not let in any more. What they did stays on record."),
    "staff-back": gettext_noop("They may log in again, with their password of before."),
    "invitation-back": gettext_noop("The link opens nothing any more."),
    "alert-added": gettext_noop("It is told of what happens from now on. Send a test to see whether it arrives."),
    "alert-saved": gettext_noop("Saved. It holds for what happens from now on."),
    "alert-on": gettext_noop("Switched on. What happened meanwhile is not told."),
    "words-saved": gettext_noop("Saved. It goes out once somebody who vouches for the language has reviewed it."),
    "words-out": gettext_noop("Reviewed. Letters say so from now on."),
    "language-on": gettext_noop("Letters leave in this language again."),
    "language-off": gettext_noop("No letter leaves in this language. Its readers get another that they read."),
    "letter-tried": gettext_noop("It is on its way to your own address."),
    "moment": gettext_noop("Saved. It holds for what happens from now on."),
    "alert-off": gettext_noop("Switched off. Nothing is told."),
    "alert-removed": gettext_noop("Removed, with what was sent."),
    "alert-out-of-reach": gettext_noop(
        "Not sent again: whoever it tells, or answers for it, may not see all of it any more."
    ),
    "alert-sent": gettext_noop("It leaves within seconds. Below it says how it was answered."),
    "hook-made": gettext_noop("The webhook is there. It is told of what happens from now on."),
    "hook-saved": gettext_noop("Saved. It holds for what happens from now on."),
    "hook-on": gettext_noop("Switched on. What happened meanwhile is not told."),
    "hook-off": gettext_noop("Switched off. It is told of nothing."),
    "hook-secret": gettext_noop("The new secret holds."),
    "hook-removed": gettext_noop("The webhook is removed."),
    "hook-sent": gettext_noop("It leaves within seconds. Below it says how it was answered."),
    "factor-rule": gettext_noop("Saved. It holds from everybody's next click on."),
    "passkey-added": gettext_noop("The passkey is there. You can log in with it."),
    "passkey-named": gettext_noop("Saved."),
    "passkey-removed": gettext_noop("The passkey opens nothing any more. Remove it from your phone or computer too."),
    "key-made": gettext_noop("The key is there. It opens from now on."),
    "key-named": gettext_noop("Saved."),
    "key-revoked": gettext_noop("The key is revoked. The program is refused from its next request on."),
    "account-made": gettext_noop("The account is there. Files can bring orders into it."),
    "account-renamed": gettext_noop("Saved. Its orders stand under the new name from now on."),
    "account-closed": gettext_noop("The account is closed. No file brings orders into it; what it has stays."),
    "account-opened": gettext_noop("The account is open again."),
    "layout-removed": gettext_noop("Removed. Orders that came in by it stay as they are."),
    "matched": gettext_noop("Lines were found among your articles."),
    "none-matched": gettext_noop("Nothing more was found. Give a variant the article number first."),
    "connection": gettext_noop("Saved. It holds from the next use on."),
    "trouble-written": gettext_noop("The letter is on its way to the buyer."),
    "trouble-told": gettext_noop("The letter is on its way to the buyer, and the new date is promised."),
    "troubles-told": gettext_noop("The letters are being written. You may leave this page."),
    "trouble-refunded": gettext_noop("The money goes back, the buyer is told, and the case is over."),
    "trouble-closed": gettext_noop("The case is closed, with your reason on record."),
    "sent-again": gettext_noop("This order sends the goods again, at no cost. Its stock is held."),
    "gone": gettext_noop("Somebody else was faster: nothing was left to do."),
}


def staff_of(request: HttpRequest) -> Staff:
    """The staff member who asks. The middleware has made sure that there is one."""
    if not isinstance(request.user, Staff):
        raise TypeError(type(request.user).__name__)
    return request.user


def reach_of(request: HttpRequest) -> Reach:
    """The shop accounts that whoever asks works for."""
    return staff_of(request).reach


def actor_of(request: HttpRequest) -> str:
    """Who acts, as facts and the audit trail name them."""
    return f"staff:{staff_of(request).pk}"


def show(request: HttpRequest, template: str, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Answer with a page of the console."""
    return render(request, f"console/{template}", frame(request) | values, status=status)


def _areas(can: Callable[[str], bool]) -> list[Area]:
    """Settings lead to what programs use as well, messages to their words: whoever sees them need not find these twice."""
    within = {"console:hooks", "console:keys"} if can("settings.view") else set()
    within |= {"console:words"} if can("messages.view") else set()
    return [area for area in AREAS if can(area.ability) and area.page not in within]


def frame(request: HttpRequest) -> dict[str, Any]:
    """What every template of the console may use."""
    staff = request.user if isinstance(request.user, Staff) else None
    can: Callable[[str], bool] = partial(may, staff) if staff else (lambda _: False)
    done = DONE.get(request.GET.get("done", ""))
    return {
        "staff": staff,
        "viewer": viewer_of(request),
        "unmet_rule": getattr(request, "unmet_rule", None),
        "can": can,
        "areas": _areas(can),
        "here": request.path,
        "area_here": reverse("console:warehouse") if "/packing" in request.path else request.path,
        "address": way_back(request),
        "done": words.say(words.spoken(), done) if done else "",
        "tag": labels.tag,
        "amount": Money,
        "media": media,
        "stamp": stamp,
        "due_time": times.due_time,
        "local_time": times.local_time,
        "new_key": new_key,
        "elapsed": times.elapsed,
    }


def way_back(request: HttpRequest) -> str:
    """Where the present page can be looked at again: what answers a form has no address of its own."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    query = f"?{came_from.query}" if came_from.query else ""
    # Refused twice, one comes from the form's own address, where nothing can be looked at.
    before = came_from.path + query if came_from.path != request.path else ""
    return safe_address(request, before, default="console:today")


def new_key() -> str:
    """Made with a form: two clicks on it are one act."""
    return secrets.token_urlsafe(24)


def media(path: str) -> str:
    """The address of a file of the public store."""
    return f"{settings.MEDIA_URL}{path}"


def to_page(page: str, *, done: str = "", anchor: str = "", **parts: object) -> HttpResponseRedirect:
    """Go and look at the result of an act."""
    address = reverse(page, kwargs=parts)
    return HttpResponseRedirect(address + (f"?done={done}" if done else "") + (f"#{anchor}" if anchor else ""))


def safe_address(request: HttpRequest, address: str, *, default: str) -> str:
    """The address when it leads into this console, else the default page's: nobody sends our staff elsewhere."""
    is_safe = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # Only paths: a way back never needs a host, and one that begins with /console/ cannot leave the site.
    return address if is_safe and address.startswith("/console/") and address.isprintable() else reverse(default)
