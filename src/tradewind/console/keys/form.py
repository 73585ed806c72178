"""What staff type about a key, read once."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_noop

from tradewind.console import typed
from tradewind.console.counts import count_words
from tradewind.console.products.reading import Form
from tradewind.core import words
from tradewind.core.models import ApiToken, ShopAccount, Staff
from tradewind.core.program_keys import (
    LONGEST_NAME,
    LONGEST_REASON,
    NameTaken,
    NotWithinReach,
    TooManyKeys,
    WantedKey,
    make_key,
    scopes_for,
)
from tradewind.lib.clock import BEIJING

USUAL_LIFE: Final = timedelta(days=365)
MOST_PER_MINUTE: Final = 100_000
_OWN_SHOP: Final = gettext_noop("Own shop")
_SCOPES: Final = gettext_noop("Please tick at least one thing that the program may do.")
_ACCOUNTS: Final = gettext_noop("Please choose from these accounts.")
_TOMORROW: Final = gettext_noop("Please choose a day to come.")
_OFTEN: Final = gettext_noop("At most {most} times a minute, please.")
TAKEN: Final = gettext_noop("Another key has this name. Please choose another.")
_MANY: Final = gettext_noop("There are a hundred keys already. Please revoke one first.")


def empty_form(now: datetime) -> Form:
    """A key ends after a year unless somebody wishes otherwise."""
    return Form({"until": str((now + USUAL_LIFE).astimezone(ZoneInfo(BEIJING)).date())})


def read_key(form: Form, query: QueryDict, *, staff: Staff, now: datetime) -> WantedKey:
    """What is wrong with it stands in the form."""
    name = read_name(form)
    scopes = [scope for scope in scopes_for(staff) if scope in query.getlist("scope")]
    if not scopes or set(query.getlist("scope")) - set(scopes):
        form.complain("scope", _SCOPES)
    # In the order in which keys keep them, whatever the page's: of a second click nothing else is made.
    accounts = sorted({typed.read_id({"id": number}, "id") for number in query.getlist("account")})
    if not set(accounts) <= {pk for pk, _ in accounts_to_choose(staff)}:
        form.complain("account", _ACCOUNTS)
    often = form.number("per_minute")
    if often is not None and often > MOST_PER_MINUTE:
        form.complain("per_minute", _OFTEN, most=count_words(MOST_PER_MINUTE))
    return WantedKey(name, scopes, accounts or None, _read_end(form, now), often)


def read_name(form: Form) -> str:
    return form.text("name", longest=LONGEST_NAME, is_needed=True)


def read_reason(form: Form) -> str:
    return form.text("reason", longest=LONGEST_REASON, is_needed=True)


def make_what_was_typed(form: Form, wanted: WantedKey, *, by: Staff, at: datetime) -> tuple[ApiToken | None, str]:
    """The key and its secret; without a secret, what a first click has made; no key where the form says what is wrong."""
    try:
        return make_key(wanted, by=by, at=at)
    except NameTaken as taken:
        other = taken.other
        if (other.created_by_id, other.scopes, other.account_ids) == (by.pk, wanted.scopes, wanted.account_ids):
            return other, ""
        form.complain("name", TAKEN)
    except NotWithinReach:
        form.complain("account", _ACCOUNTS)
    except TooManyKeys:
        form.complain("name", _MANY)
    return None, ""


def accounts_to_choose(staff: Staff) -> list[tuple[int, str]]:
    return _named(staff.reach.of(ShopAccount.objects.order_by("name", "id"), field="pk"))


def account_names() -> dict[int, str]:
    """Of all accounts, by number: for keys that are shown already."""
    return dict(_named(ShopAccount.objects.order_by("name", "id")))


def _named(rows: QuerySet[ShopAccount]) -> list[tuple[int, str]]:
    own = words.say(words.spoken(), _OWN_SHOP)
    found = rows.values_list("pk", "name", "channel")
    return [(pk, own if channel == ShopAccount.Channel.OWN else name) for pk, name, channel in found]


def _read_end(form: Form, now: datetime) -> datetime | None:
    """The end of its last day in Beijing; None: never."""
    day = form.take("until", lambda: typed.read_day(form.fields, "until"), None)
    if day is None:
        return None
    ends = typed.end_of(day)
    if ends <= now:
        form.complain("until", _TOMORROW)
    return ends
