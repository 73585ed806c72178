"""This installation: what can only be said when it starts, where that is said, and never a secret."""

import platform
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from tradewind import __version__
from tradewind.console import pages
from tradewind.core import words
from tradewind.core.staff import needs

_SET: Final = gettext_noop("set")
_UNSET: Final = gettext_noop("not set")
_YES: Final = gettext_noop("yes")
_NO: Final = gettext_noop("no")


@dataclass(frozen=True, slots=True)
class Line:
    """`where` is the setting of the environment that says it, "" where nobody can."""

    title: str
    value: str
    where: str = ""


@needs("settings.view")
@require_safe
def installation_page(request: HttpRequest) -> HttpResponse:
    return pages.show(request, "settings/installation.html", {"lines": lines()})


def lines() -> list[Line]:
    """In the reader's language. Of secrets only whether there is one."""
    told: list[tuple[str, str, str]] = [
        (gettext_noop("Version"), f"Tradewind {__version__}, Python {platform.python_version()}", ""),
        (gettext_noop("Data folder"), str(settings.FOLDER.path), "TRADEWIND_DATA"),
        (gettext_noop("Database"), _database(), "TRADEWIND_DATABASE_URL"),
        (gettext_noop("The shop's address"), settings.BASE_URL, "TRADEWIND_BASE_URL"),
        (
            gettext_noop("Further names that are answered"),
            ", ".join(dict.fromkeys(settings.ALLOWED_HOSTS)),
            "TRADEWIND_HOSTS",
        ),
        (gettext_noop("Behind a web server"), _is(settings.IS_BEHIND_PROXY), "TRADEWIND_BEHIND_PROXY"),
        (gettext_noop("Secret key"), _say(_SET), "TRADEWIND_SECRET_KEY"),
        (
            gettext_noop("Key to the figures"),
            _say(_SET if settings.METRICS_TOKEN else _UNSET),
            "TRADEWIND_METRICS_TOKEN",
        ),
        (
            gettext_noop("Webhooks to this machine"),
            _is(settings.WEBHOOKS_MAY_STAY_HERE),
            "TRADEWIND_WEBHOOKS_TO_LOOPBACK",
        ),
        (gettext_noop("Log"), settings.LOGGING["level"], "TRADEWIND_LOG_LEVEL"),
    ]
    return [Line(_say(title), value, where) for title, value, where in told]


def _database() -> str:
    """Where it is, without user and password."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"SQLite, {known['NAME']}"
    host = f"{known['HOST'] or 'localhost'}:{known['PORT'] or 5432}"
    return f"PostgreSQL, {host}, {known['NAME']}"


def _is(value: object) -> str:
    return _say(_YES if value else _NO)


def _say(message: str) -> str:
    return words.say(words.spoken(), message)
