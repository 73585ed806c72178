"""The shop's profile: who sells, how to reach them, their numbers and accounts. One form, saved as a whole."""

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import labels, pages
from tradewind.console.account.again import asks_again
from tradewind.console.answers.overview import FACT_FIELDS, FACT_NAMES
from tradewind.console.products.reading import Form
from tradewind.console.shop.history import profile_changes
from tradewind.console.shop.reading import MOST, SPARE, fields_of, read_profile
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.core.words import LOCALES
from tradewind.lib.clock import utc_now
from tradewind.markets.bank_accounts import KINDS, Part
from tradewind.markets.notices import missing_facts
from tradewind.markets.queries import all_markets
from tradewind.markets.shop import ProfileOutdated, ShopProfile, change_profile, shop_profile

# Those that every shop writes first; the others stand behind one click.
FIRST_LANGUAGES: Final = ("en", "zh")
MORE_LANGUAGES: Final = tuple(code for code in LOCALES if code not in FIRST_LANGUAGES)


@dataclass(frozen=True, slots=True)
class AccountField:
    """A field of the form, for the kinds of accounts that are named in `kinds`, parted by spaces."""

    name: str
    label: str
    kinds: str
    choices: list[tuple[str, str]]


@needs("shop.view")
@require_safe
def shop_page(request: HttpRequest) -> HttpResponse:
    return _show(request, Form(fields_of(shop_profile())))


@needs("shop.change")
@asks_again("shop.profile")
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """With `more` the form comes again, longer, and holds what was typed."""
    form = Form(request.POST)
    if "more" in request.POST:
        return _show(request, form, more=request.POST["more"])
    profile = read_profile(form, shop_profile())
    if form.errors:
        return _show(request, form, status=422)
    try:
        change_profile(profile, seen=request.POST.get("seen", ""), by=pages.actor_of(request), at=utc_now())
    except ProfileOutdated:
        return _show(request, form, status=HTTPStatus.CONFLICT)
    return pages.to_page("console:shop", done="shop")


def saved_meanwhile(form: Form, theirs: dict[str, str]) -> dict[str, str]:
    """What somebody else has saved meanwhile, where it is not what stands in the form."""
    mine = {name: form.fields.get(name, "").replace("\r\n", "\n").strip() for name in theirs}
    return {name: text for name, text in theirs.items() if text.strip() != mine[name]}


def _show(request: HttpRequest, form: Form, *, more: str = "", status: int = 200) -> HttpResponse:
    present = shop_profile()
    is_outdated = status == HTTPStatus.CONFLICT
    values: dict[str, Any] = {
        "form": form,
        "saved": saved_meanwhile(form, fields_of(present)) if is_outdated else {},
        "is_outdated": is_outdated,
        "seen": present.digest if is_outdated else form.fields.get("seen", present.digest),
        "rows": {kind: form.count(kind, most=MOST) + SPARE * (more == kind) for kind in ("registrations", "accounts")},
        "registers": _registers(present),
        "account_kinds": [(kind, words.say(words.spoken(), rules.label)) for kind, rules in KINDS.items()],
        "account_fields": _account_fields(),
        "languages_first": FIRST_LANGUAGES,
        "languages_more": MORE_LANGUAGES,
        "changes": profile_changes(),
        "missing": [
            (FACT_FIELDS[fact], words.say(words.spoken(), FACT_NAMES[fact]))
            for fact in missing_facts(all_markets(on=utc_now().date()), present)
        ],
    }
    return pages.show(request, "shop/page.html", values, status=status)


def _account_fields() -> list[AccountField]:
    """Each number that some kind of account has; the page shows those of the kind that is chosen."""
    found: dict[str, list[tuple[str, Part]]] = {}
    for kind, rules in KINDS.items():
        for part in rules.parts:
            found.setdefault(part.name, []).append((kind, part))
    say = partial(words.say, words.spoken())
    return [
        AccountField(
            name,
            " / ".join(dict.fromkeys(say(part.label) for _, part in parts)),
            " ".join(kind for kind, _ in parts),
            [(value, say(label)) for value, label in parts[0][1].choices.items()],
        )
        # Nearly every kind ends with it.
        for name, parts in sorted(found.items(), key=lambda each: each[0] == "account")
    ]


def _registers(present: ShopProfile) -> list[tuple[str, str]]:
    """To choose from: those that we know, and others that the profile names already."""
    kinds = [*labels.codes("register"), *(key.partition("_")[0] for key in present.registrations)]
    return [(kind, labels.tag("register", kind).words) for kind in dict.fromkeys(kinds)]
