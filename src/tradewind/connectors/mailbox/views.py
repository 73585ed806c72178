"""Pages of the demo's mailbox. A real shop has none of them: its mail is in its buyers' mailboxes."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from csp.decorators import csp, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from tradewind.connectors.mailbox.reading import NoSuchMail, StoredMail, newest_mails, read_mail
from tradewind.core.framing import STRANGER

View = Callable[..., HttpResponseBase]


def demo_only(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        if not settings.HAS_SIMULATOR:
            raise Http404
        return view(request, **parts)

    return guarded


@demo_only
def mailbox(request: HttpRequest) -> HttpResponse:
    return render(request, "mailbox/list.html", {"mails": newest_mails(_folder())})


# The names have defaults only because csp's decorators know views of one argument.
@demo_only
@csp_update({"frame-src": ["'self'"]})
def mail(request: HttpRequest, *, name: str = "") -> HttpResponse:
    return render(request, "mailbox/mail.html", {"mail": _found(name)})


@demo_only
@csp(STRANGER)
def mail_html(_request: HttpRequest, *, name: str = "") -> HttpResponse:
    return HttpResponse(_found(name).html)


def _found(name: str) -> StoredMail:
    try:
        return read_mail(_folder(), name)
    except NoSuchMail as problem:
        raise Http404 from problem


def _folder() -> Path:
    return Path(settings.FOLDER.mailbox)
