"""Pages that say no, in words that tell a person what to do next."""

from django.http import HttpRequest, HttpResponse

from tradewind.console import pages


def not_allowed(request: HttpRequest) -> HttpResponse:
    """The ability is missing."""
    return pages.show(request, "refusals/not_allowed.html", {}, status=403)


def only_looking(request: HttpRequest) -> HttpResponse:
    """Whoever looks at a colleague's console changes nothing there."""
    return pages.show(request, "refusals/only_looking.html", {}, status=403)


def not_found(request: HttpRequest) -> HttpResponse:
    """No such page, or no such thing."""
    return pages.show(request, "refusals/not_found.html", {}, status=404)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came without our token: it was left open for long, or another site made it."""
    return pages.show(request, "refusals/forged.html", {"reason": reason}, status=403)
