"""Whose console is looked at: kept in the session of whoever looks."""

from typing import Final

from django.http import HttpRequest

from tradewind.core.models import Staff
from tradewind.core.staff import may

VIEWED: Final = "viewed"


def viewed_by(request: HttpRequest) -> Staff | None:
    """Whose console is looked at, by somebody who still may; None where everybody looks at their own."""
    viewed = request.session.get(VIEWED)
    if not viewed or not isinstance(request.user, Staff) or not may(request.user, "staff.change"):
        return None
    return Staff.objects.filter(pk=viewed, is_active=True).first()


def viewer_of(request: HttpRequest) -> Staff | None:
    """Who looks at the console as a colleague sees it; None for everybody who looks at their own."""
    viewer = getattr(request, "viewer", None)
    return viewer if isinstance(viewer, Staff) else None
