"""Who holds a quotation's link may see it: its pages open through here."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tradewind.core.links import LinkExpired, LinkInvalid, open_link
from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.quotations.queries import market_of_quotation
from tradewind.storefront.pages import never_kept
from tradewind.storefront.place import Place, in_place
from tradewind.storefront.problems import Problem, problem_page

View = Callable[[HttpRequest, Place, str, int], HttpResponse]


def behind_quotation(view: View) -> Callable[..., HttpResponse]:
    """For views below /<market>/<language>/quotation/<token>/: hands them place, token and the quotation's number.

    Another market's address, with other methods, leads to the quotation's own page.
    """

    @in_place
    @wraps(view)
    def found(request: HttpRequest, place: Place, token: str) -> HttpResponse:
        try:
            kind, quotation_id = open_link("quotation.view", token, at=utc_now())
        except (LinkInvalid, LinkExpired):
            return never_kept(_no_such_link(request, place))
        if kind != "quotation":
            return never_kept(_no_such_link(request, place))
        market = market_of_quotation(quotation_id)
        if market != place.market.code:
            parts = {"market": market, "language": place.language, "token": token}
            status = HTTPStatus.SEE_OTHER if request.method == "POST" else HTTPStatus.FOUND
            return never_kept(HttpResponseRedirect(reverse("storefront:quotation", kwargs=parts), status=status))
        return never_kept(view(request, place, token, quotation_id))

    return found


def _no_such_link(request: HttpRequest, place: Place) -> HttpResponse:
    language = place.language
    words = say(
        language,
        "Perhaps a part of the link was cut off. Open it from the mail once more, or answer that mail: we send you another.",
    )
    return problem_page(request, HTTPStatus.NOT_FOUND, Problem(say(language, "This link leads nowhere"), words))
