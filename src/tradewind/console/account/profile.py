"""One's own settings: the language of the console."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from tradewind.console import pages
from tradewind.core.models import Staff
from tradewind.core.staff import needs
from tradewind.core.words import STAFF_LANGUAGES


@needs("profile.change")
@require_POST
def change_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on, and go back to where the switch was. An unknown language changes nothing."""
    language = request.POST.get("language", "")
    if language in STAFF_LANGUAGES:
        with transaction.atomic():
            Staff.objects.filter(pk=pages.staff_of(request).pk).update(language=language)
    return HttpResponseRedirect(pages.safe_address(request, request.POST.get("next", ""), default="console:today"))
