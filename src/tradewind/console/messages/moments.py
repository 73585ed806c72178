"""All moments at which a buyer hears from us, on a line: when, in which markets, how many arrived; and how each letter reads."""

from typing import Any, Final
from urllib.parse import urlencode

from csp.decorators import csp, csp_update
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages
from tradewind.core.framing import STRANGER
from tradewind.core.panels import in_force as holding
from tradewind.core.staff import needs
from tradewind.core.words import LOCALES
from tradewind.lib.clock import utc_now
from tradewind.markets.models import Market
from tradewind.messaging.channel_rules import ways_by_channel
from tradewind.messaging.channels import count_withheld
from tradewind.messaging.hours_rule import RULES
from tradewind.messaging.moment_line import LINE, STEPS, NotOptional, counted, switch, switched_off
from tradewind.messaging.previewing import Maker, NothingToShow, preview
from tradewind.messaging.rendering import Rendered
from tradewind.messaging.wording.choosing import in_force
from tradewind.messaging.wording.trying_out import send_to_oneself
from tradewind.orders.models import Order
from tradewind.shipping.models import Parcel

_NO_ORDER: Final = gettext_noop("There is no order with this number.")
_LONGEST_KEY: Final = 40
_NOTHING: Final = gettext_noop("This order has nothing that the letter could be about. Please choose another.")


@needs("messages.view")
@require_safe
def moments_page(request: HttpRequest) -> HttpResponse:
    markets = list(Market.objects.order_by("position", "pk"))
    now = utc_now()
    off, numbers, withheld = switched_off(), counted(now=now), count_withheld(now=now)
    rows = [
        {
            "step": step,
            "off": off.get(step.moment, set()),
            "numbers": numbers.get(step.moment, {}),
            "withheld": withheld.get(step.moment, []),
            "ways": ways_by_channel(step.moment, now.date()),
        }
        for step in LINE
    ]
    return pages.show(request, "messages/moments.html", {"rows": rows, "markets": markets, "hours": holding(RULES)})


@needs("markets.change")
@require_POST
def moment_markets(request: HttpRequest, moment: str) -> HttpResponse:
    """Ticked are those that hear of it; a market that was opened since the page was made stays as it is."""
    shown, on = request.POST.getlist("shown"), set(request.POST.getlist("on"))
    markets = list(Market.objects.filter(code__in=shown).values_list("code", flat=True))
    try:
        off = [market for market in markets if market not in on]
        switch(moment=moment, off_in=off, markets=markets, by=pages.actor_of(request), at=utc_now())
    except NotOptional as problem:
        raise Http404 from problem
    return pages.to_page("console:moments", done="moment")


# Their names have defaults because csp's decorators know views of one argument.
@needs("messages.view")
@require_safe
@csp_update({"frame-src": ["'self'"]})
def moment_preview(request: HttpRequest, moment: str = "") -> HttpResponse:
    make = _maker(moment)
    order = _order(request, moment)
    language, with_drafts = _language(request, order), _with_drafts(request)
    values: dict[str, Any] = {"moment": moment, "ref": request.GET.get("order", ""), "choices": LOCALES}
    values |= {"with_drafts": with_drafts, **_falling_back(moment, language)}
    if order is None:
        values["problem"] = _NO_ORDER if values["ref"] else ""
    else:
        found = _rendered(make, order, language, with_drafts=with_drafts)
        values |= {"mail": found, "problem": "" if found else _NOTHING, "ref": order.ref}
    return pages.show(request, "messages/moment_preview.html", {**values, "chosen": language})


@needs("messages.view")
@require_safe
@csp(STRANGER)
def moment_preview_mail(request: HttpRequest, moment: str = "") -> HttpResponse:
    make, order = _maker(moment), _order(request, moment)
    if order is None:
        raise Http404
    found = _rendered(make, order, _language(request, order), with_drafts=_with_drafts(request))
    if found is None:
        raise Http404
    return HttpResponse(found.html)


@needs("messages.view")
@require_POST
def moment_test(request: HttpRequest, moment: str) -> HttpResponse:
    """What is looked at, sent to whoever looks at it."""
    make, order = _maker(moment), _order(request, moment)
    if order is None:
        raise Http404
    language, with_drafts = _language(request, order), _with_drafts(request)
    found = _rendered(make, order, language, with_drafts=with_drafts)
    if found is None:
        raise Http404
    key = request.POST.get("key", "")[:_LONGEST_KEY] or pages.new_key()
    send_to_oneself(pages.staff_of(request), found, key=key, at=utc_now())
    asked = {"done": "letter-tried", "order": order.ref, "language": language, "drafts": "1" if with_drafts else ""}
    return HttpResponseRedirect(f"{reverse('console:moment-preview', kwargs={'moment': moment})}?{urlencode(asked)}")


def _with_drafts(request: HttpRequest) -> bool:
    return _asked_for(request).get("drafts", "") == "1"


def _asked_for(request: HttpRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def _falling_back(moment: str, language: str) -> dict[str, Any]:
    """Why letters of this moment leave in another language."""
    words = in_force()
    return {"in_the_way": words.in_the_way(language, [moment]), "is_off": language in words.off}


def _maker(moment: str) -> Maker:
    """Raises Http404."""
    step = STEPS.get(moment)
    if step is None or step.shown is None:
        raise Http404
    return step.shown


def _rendered(make: Maker, order: Order, language: str, *, with_drafts: bool) -> Rendered | None:
    try:
        return preview(make, order, language=language, at=utc_now(), with_drafts=with_drafts)
    except NothingToShow:
        return None


def _order(request: HttpRequest, moment: str) -> Order | None:
    """The one that was asked for, else the newest that the letter could be about; of those within reach that are not erased."""
    ref = _asked_for(request).get("order", "").strip()
    found = pages.reach_of(request).of(Order.objects.filter(erased_at=None)).select_related("account")
    if ref:
        return found.filter(ref=ref).first()
    if STEPS[moment].is_of_parcel:
        found = found.filter(Exists(Parcel.objects.filter(order=OuterRef("pk"), replaced_at=None)))
    return found.order_by("-placed_at", "-pk").first()


def _language(request: HttpRequest, order: Order | None) -> str:
    asked = _asked_for(request).get("language", "")
    written = order.language if order and order.language in LOCALES else "en"
    return asked if asked in LOCALES else written
