"""The seller's own words on one page of one market, in every language that the market speaks."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from tradewind.console import pages
from tradewind.console.answers.overview import PAGE_NAMES
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.markets.models import Market
from tradewind.markets.page_texts import LONGEST, write_page_text, written_pages

_LONG: Final = gettext_noop("At most {longest} characters, please.")


@needs("answers.view")
@require_http_methods(["GET", "HEAD"])
def page_text_page(request: HttpRequest, market_id: int, name: str) -> HttpResponse:
    return _show(request, _market(market_id, name), name)


@needs("answers.change")
@require_http_methods(["POST"])
def write(request: HttpRequest, market_id: int, name: str) -> HttpResponse:
    market = _market(market_id, name)
    typed_in = {language: request.POST.get(f"text-{language}", "") for language in market.languages}
    for language, text in typed_in.items():
        if len(text) > LONGEST or "\x00" in text:
            complaint = words.say(words.spoken(), _LONG, longest=LONGEST)
            problem = Problem("page", f"text-{language}", complaint, {f"text-{k}": v for k, v in typed_in.items()})
            return _show(request, market, name, problem=problem, status=422)
    for language, text in typed_in.items():
        write_page_text(
            page=name, market=market, language=language, text=text, by=pages.actor_of(request), at=utc_now()
        )
    return pages.to_page("console:page-text", done="page-text", market_id=market.pk, name=name)


def _market(market_id: int, page: str) -> Market:
    market = Market.objects.filter(pk=market_id).first()
    if market is None or page not in PAGE_NAMES:
        raise Http404
    return market


def _show(
    request: HttpRequest, market: Market, page: str, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    written = written_pages(market.pk)
    address = f"/{market.code}/{market.languages[0]}/pages/{page}/"
    values = {
        "market": market,
        "market_name": words.pick(market.name, words.spoken()),
        "page": page,
        "page_name": PAGE_NAMES[page],
        "texts": {language: written.get((page, language)) for language in market.languages},
        "problem": problem,
        "shop_address": address,
    }
    return pages.show(request, "answers/page.html", values, status=status)
