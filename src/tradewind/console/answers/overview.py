"""What the shop tells buyers beside its goods: special notices, own words on pages, and what the law still asks for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from tradewind.console import pages
from tradewind.console.answers.notice_words import effect_of, title_of
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.markets.models import Announcement, Market
from tradewind.markets.notices import gaps_in
from tradewind.markets.page_texts import PAGES, written_pages
from tradewind.markets.queries import all_markets
from tradewind.markets.shop import shop_profile

MOST_PAST: Final = 20
# As they are named on the shop's own pages.
PAGE_NAMES: Final = {
    "delivery": gettext_noop("Delivery"),
    "payment": gettext_noop("Payment"),
    "returns": gettext_noop("Returns"),
    "contact": gettext_noop("Contact"),
    "terms": gettext_noop("Terms"),
    "privacy": gettext_noop("Privacy"),
    "legal": gettext_noop("Legal notice"),
}
FACT_NAMES: Final = {
    "legal_name": gettext_noop("name of the company"),
    "address": gettext_noop("postal address"),
    "email": gettext_noop("e-mail address"),
    "phone": gettext_noop("phone number"),
    "representative": gettext_noop("name of the person responsible"),
    "tax_number": gettext_noop("VAT number"),
    "manufacturer_email": gettext_noop("e-mail address of the manufacturer"),
    "eu_responsible": gettext_noop("responsible person in the EU, with address and e-mail"),
}
# Where on the page of the shop's profile each is typed.
FACT_FIELDS: Final = {
    "legal_name": "company.name.en",
    "address": "company.address.en",
    "email": "email",
    "phone": "phone",
    "representative": "representative",
    "tax_number": "registration.0.kind",
    "manufacturer_email": "company.email",
    "eu_responsible": "eu.name.en",
}


@dataclass(frozen=True, slots=True)
class Row:
    """An announcement with what it is now: shown, planned, acting without being shown, or past."""

    announcement: Announcement
    market: str
    state: str
    effect: str

    @property
    def id(self) -> int:
        return int(self.announcement.pk)

    @property
    def text(self) -> str:
        return words.pick(self.announcement.text, words.spoken())

    @property
    def title(self) -> str:
        return title_of(self.announcement)


@needs("answers.view")
@require_safe
def answers_page(request: HttpRequest) -> HttpResponse:
    now = utc_now()
    markets = all_markets(on=now.date())
    shop = shop_profile()
    values = {
        "markets": {market.id: market.name(words.spoken()) for market in markets},
        "gaps": [(market.name(words.spoken()), gaps_in(market, shop)) for market in markets],
        "written": {market.id: {page for page, _ in written_pages(market.id)} for market in markets},
        "page_names": PAGE_NAMES,
        "fact_names": FACT_NAMES,
        "fact_fields": FACT_FIELDS,
        "pages": PAGES,
        "rows": _rows(now),
    }
    return pages.show(request, "answers/overview.html", values)


def _rows(now: datetime) -> list[Row]:
    names = {row.pk: words.pick(row.name, words.spoken()) for row in Market.objects.order_by("pk")}
    found = Announcement.objects.order_by("-begins_at", "-id")
    rows = [Row(each, _markets(each, names), _state(each, now), effect_of(each)) for each in found]
    past = [row for row in rows if row.state == "past"]
    return [row for row in rows if row.state != "past"] + past[:MOST_PAST]


def _markets(row: Announcement, names: dict[int, str]) -> str:
    if not row.market_ids:
        return words.say(words.spoken(), "All markets")
    return words.listed(words.spoken(), (names[pk] for pk in row.market_ids if pk in names))


def _state(row: Announcement, now: datetime) -> str:
    if row.ends_at is not None and row.ends_at <= now:
        is_acting = row.acts and row.acts_last is not None and row.acts_last >= now.date()
        return "acting" if is_acting else "past"
    return "shown" if row.begins_at <= now else "planned"
