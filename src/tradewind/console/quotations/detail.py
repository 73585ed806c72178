"""The page of a draft: everything of it in one form, so that nothing typed is lost whichever button is pressed."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from tradewind.catalog.queries import variant_offers
from tradewind.console import labels, pages, timeline
from tradewind.console.products.reading import Form
from tradewind.console.quotations.form import Row, fields_of
from tradewind.console.quotations.wording import line_words, problems_in_words
from tradewind.core import words
from tradewind.core.addresses import address_lines
from tradewind.core.staff import may, needs
from tradewind.inventory.models import Warehouse
from tradewind.lib.clock import utc_now
from tradewind.lib.countries import country_choices
from tradewind.lib.money import Money
from tradewind.markets.queries import MarketView, market_by_code
from tradewind.quotations.drafting import ADDRESS
from tradewind.quotations.finding import find_articles
from tradewind.quotations.keeping import kept_in
from tradewind.quotations.models import Quotation, QuotationVersion
from tradewind.quotations.ordering import Paying, has_transfer
from tradewind.quotations.papering import can_be_paper
from tradewind.quotations.queries import quotations_of_buyer, state_of, versions_of
from tradewind.quotations.readying import details_of
from tradewind.quotations.states import OPEN
from tradewind.quotations.summarising import is_sellable, summarise_draft
from tradewind.shipping.agreeing import AGREED

_LONGEST_TEXT: Final = 100
_LONGEST_ID: Final = 19


@needs("quotations.edit")
@require_safe
def quotation_page(request: HttpRequest, quotation_id: int) -> HttpResponse:
    return show_draft(request, get_object_or_404(Quotation, pk=quotation_id))


def show_draft(
    request: HttpRequest,
    draft: Quotation,
    form: Form | None = None,
    *,
    notice: str = "",
    link: str = "",
    status: int = 200,
) -> HttpResponse:
    """With what was typed and what is wrong with it; `notice` is a code of what else is to be said."""
    now = utc_now()
    versions = versions_of(draft.pk)
    values: dict[str, Any] = {
        "draft": draft,
        "state": state_of(draft, now),
        "versions": versions,
        "others": quotations_of_buyer(draft.buyer_id, pages.reach_of(request), but_not=draft.pk, now=now),
        "timeline": timeline.entries("quotation", draft.pk),
        "who": timeline.actor_names({draft.made_by}).get(draft.made_by, draft.made_by),
        "total": Money(draft.total, draft.currency),
        "notice": notice,
        "link": link,
        "has_paper": bool(versions) and draft.erased_at is None and can_be_paper(),
    }
    if draft.state not in OPEN or draft.erased_at is not None:
        values |= _as_it_is(draft, versions)
        return pages.show(request, "quotations/closed.html", values, status=status)
    market = market_by_code(draft.market, on=now.date())
    values |= _form_values(request, draft, form or Form(fields_of(draft)), market, is_outdated=notice == "outdated")
    values["is_changed"] = bool(versions) and versions[0].revision != draft.revision
    return pages.show(request, "quotations/draft.html", values, status=status)


def _form_values(
    request: HttpRequest, draft: Quotation, form: Form, market: MarketView, *, is_outdated: bool
) -> dict[str, Any]:
    summary = summarise_draft(draft, market, at=utc_now())
    saved = fields_of(draft)
    details, gaps = details_of(draft, words.spoken())
    # What was looked for stays beside an error as well.
    asked = request.POST if request.method == "POST" else request.GET
    text = asked.get("q", "").strip()[:_LONGEST_TEXT]
    staff = pages.staff_of(request)
    return {
        "form": form,
        "saved": _meanwhile(form, saved) if is_outdated else {},
        "seen": draft.revision,
        "summary": summary,
        "line_words": line_words(summary),
        "problems": problems_in_words(summary),
        "gaps": gaps,
        "is_ready": details is not None and is_sellable(summary, needs_stock=False),
        "is_sellable": details is not None and is_sellable(summary, needs_stock=True),
        "rows": [Row(number) for number in range(form.count("lines", most=1000))],
        "articles": _articles(draft, form, market),
        "text": text,
        "found": find_articles(text, market_id=market.id, language=words.spoken()) if text else [],
        "market_name": market.name(words.spoken()),
        "languages_offered": [(code, labels.tag("language", code).words) for code in market.languages],
        "countries": [each for each in country_choices(words.locale_of(words.spoken())) if market.serves(each[0])],
        "warehouses": [(place.code, words.pick(place.name, words.spoken())) for place in _warehouses()],
        "agreed_code": AGREED,
        "payings": _payings(market.id, may_confirm=may(staff, "payments.confirm")),
        "doubted": form.fields.get("postcode", ""),
    }


def _as_it_is(draft: Quotation, versions: list[QuotationVersion]) -> dict[str, Any]:
    """What has become an order is looked at there; here stands what the buyer accepted, if they did."""
    accepted = versions[0] if versions and draft.state == "accepted" else None
    return {
        "kept": kept_in(accepted) if accepted is not None else None,
        "address": address_lines(draft.ship_to, words.spoken()),
    }


def _articles(draft: Quotation, form: Form, market: MarketView) -> Mapping[str, Any]:
    """By the number as the form carries it: the articles of all lines, also of those that are only typed yet."""
    typed = [form.fields.get(row["variant"], "") for row in map(Row, range(form.count("lines", most=1000)))]
    ids = [int(number) for number in typed if number.isascii() and number.isdigit() and len(number) < _LONGEST_ID]
    offers = variant_offers(ids, market_id=market.id, language=draft.language)
    return {str(pk): offer for pk, offer in offers.items()}


def _warehouses() -> list[Warehouse]:
    return list(Warehouse.objects.filter(is_on=True).order_by("position", "pk"))


def _payings(market_id: int, *, may_confirm: bool) -> list[str]:
    """Whoever may not confirm money does not say that some has come."""
    offered = [Paying.LINK, *([Paying.TRANSFER] if has_transfer(market_id) else [])]
    return [str(how) for how in (*offered, *([Paying.PAID] if may_confirm else []))]


def _meanwhile(form: Form, saved: Mapping[str, str]) -> dict[str, str]:
    """What somebody else has saved, of the fields that are not in lines: these are shown as they were typed."""
    names = ("email", *ADDRESS, "option", "delivery_price", "discount", "note", "internal_note", "valid_until")
    return {name: saved[name] for name in names if form.fields.get(name, "").strip() != saved[name].strip()}
