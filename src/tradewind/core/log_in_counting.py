"""Wrong passwords are counted by django-axes, here and nowhere else; what was typed beside them is not kept."""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.http import HttpRequest, QueryDict

from tradewind.core.requests import client_address


class CountingHandler(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """Counts who and from where. The forms that ask for the password again hold passphrases, passwords of proxies and new
    passwords; axes writes every field down but the few whose names it knows.
    """

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **facts: Any
    ) -> None:
        if request is None:
            super().user_login_failed(sender, credentials, request, **facts)
            return
        asked, typed = request.GET, request.POST
        request.GET = request.POST = QueryDict()
        try:
            super().user_login_failed(sender, credentials, request, **facts)
        finally:
            request.GET, request.POST = asked, typed


def forget_wrong_passwords(request: HttpRequest, email: str) -> None:
    """The right one was given: those before it are not "in a row" with what comes."""
    AccessAttempt.objects.filter(username=email.lower(), ip_address=client_address(request)).delete()
