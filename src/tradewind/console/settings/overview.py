"""Settings: everything that is set somewhere, in groups, each with one line of what holds now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from tradewind import __version__
from tradewind.alerting.models import Receiver
from tradewind.console import pages
from tradewind.console.settings.panel import tell
from tradewind.core import panels, words
from tradewind.core.connecting import connections, last_probes
from tradewind.core.models import ApiToken, SecondFactor, ShopAccount, Staff
from tradewind.core.panels import Step
from tradewind.core.staff import may, needs
from tradewind.inventory.models import Warehouse
from tradewind.lib.clock import utc_now
from tradewind.markets.models import Announcement, Market
from tradewind.markets.shop import shop_profile
from tradewind.webhooks.models import Subscription


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    address: str
    words: str
    is_good: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A page that has its own address: who may see it, and what it says of itself."""

    title: str
    page: str
    ability: str
    say: Callable[[], Step]


def _profile() -> Step:
    return Step(gettext_noop("{name}"), {"name": words.pick(shop_profile().name, words.spoken())})


def _warehouses() -> Step:
    on = Warehouse.objects.filter(is_on=True).count()
    return Step(gettext_noop("At work: {number}."), {"number": on}, is_good=on > 0)


def _markets() -> Step:
    names = [words.pick(row.name, words.spoken()) for row in Market.objects.order_by("position", "pk")[:4]]
    number = Market.objects.count()
    return Step(
        gettext_noop("{number}: {names}"), {"number": number, "names": _listed(names, number)}, is_good=number > 0
    )


def _listed(names: list[str], number: int) -> str:
    return words.listed(words.spoken(), names) + (" …" if number > len(names) else "")


def _accounts() -> Step:
    number = ShopAccount.objects.filter(closed_at=None).count()
    return Step(gettext_noop("Open: {number}."), {"number": number})


def _staff() -> Step:
    people = Staff.objects.filter(is_active=True)
    second = SecondFactor.objects.filter(staff__in=people, confirmed_at__isnull=False).count()
    facts = {"number": people.count(), "second": second}
    return Step(gettext_noop("May log in: {number}, with a second factor: {second}."), facts)


def _connections() -> Step:
    each = connections()
    unset = [one for one in each if not one.is_optional and one.is_used() and not one.has_all(panels.in_force(one))]
    last = last_probes()
    failing = [one for one in each if one.key in last and not last[one.key].is_good]
    if unset or failing:
        titles = [words.say(words.spoken(), one.title) for one in each if one in unset or one in failing]
        return Step(gettext_noop("Needs you: {names}."), {"names": _listed(titles, len(titles))}, is_good=False)
    return Step(gettext_noop("None needs you."))


def _hooks() -> Step:
    return Step(gettext_noop("At work: {number}."), {"number": Subscription.objects.filter(is_active=True).count()})


def _alerts() -> Step:
    hearing = Receiver.objects.filter(is_active=True)
    failing = hearing.filter(failing_since__isnull=False).count()
    if failing:
        return Step(
            gettext_noop("Nothing arrives at {number} of those who are told."), {"number": failing}, is_good=False
        )
    return Step(gettext_noop("Told of what needs them: {number}."), {"number": hearing.count()})


def _keys() -> Step:
    usable = ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=utc_now()), revoked_at=None)
    return Step(gettext_noop("At work: {number}."), {"number": usable.count()})


def _notices() -> Step:
    now = utc_now()
    shown = Announcement.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), begins_at__lte=now).count()
    return Step(gettext_noop("Notices shown now: {number}."), {"number": shown})


def _installation() -> Step:
    return Step(gettext_noop("Tradewind {version}."), {"version": __version__})


# A panel stands under its key.
_GROUPS: Final[tuple[tuple[str, tuple[Place | str, ...]], ...]] = (
    (
        gettext_noop("The shop"),
        (
            Place(gettext_noop("Shop profile"), "console:shop", "shop.view", _profile),
            Place(gettext_noop("Warehouses"), "console:warehouses", "warehouses.view", _warehouses),
            "packing",
            Place(gettext_noop("Markets"), "console:markets", "markets.view", _markets),
            "trouble",
            "letter_hours",
            "letter_pace",
            Place(gettext_noop("Pages and notices"), "console:answers", "answers.view", _notices),
            Place(gettext_noop("Shop accounts"), "console:accounts", "accounts.view", _accounts),
            "deadlines",
        ),
    ),
    (
        gettext_noop("People"),
        (
            Place(gettext_noop("Staff"), "console:staff", "staff.view", _staff),
            "log-in",
            Place(gettext_noop("Alerts"), "console:alerts", "alerts.view", _alerts),
        ),
    ),
    (
        gettext_noop("Outside"),
        (
            Place(gettext_noop("Connections"), "console:connections", "connections.view", _connections),
            "proxy",
            Place(gettext_noop("Webhooks"), "console:hooks", "hooks.view", _hooks),
            Place(gettext_noop("Keys of programs"), "console:keys", "keys.view", _keys),
            "programs",
        ),
    ),
    (
        gettext_noop("The machine"),
        (
            "backup",
            "alarms",
            "keeping",
            Place(gettext_noop("This installation"), "console:installation", "settings.view", _installation),
        ),
    ),
)


@needs("settings.view")
@require_safe
def settings_page(request: HttpRequest) -> HttpResponse:
    staff = pages.staff_of(request)
    groups = [(title, list(_entries(staff, members))) for title, members in _GROUPS]
    return pages.show(request, "settings/overview.html", {"groups": [group for group in groups if group[1]]})


def _entries(staff: Staff, members: tuple[Place | str, ...]) -> Iterator[Entry]:
    for member in members:
        if isinstance(member, str):
            panel = panels.panel_of(member)
            if panel is not None:
                address = reverse("console:setting", kwargs={"key": member})
                yield _entry(panel.title, address, panel.summary(panels.in_force(panel)))
        elif may(staff, member.ability):
            yield _entry(member.title, reverse(member.page), member.say())


def _entry(title: str, address: str, step: Step) -> Entry:
    [told] = tell([step])
    return Entry(words.say(words.spoken(), title), address, told.words, told.is_good)
