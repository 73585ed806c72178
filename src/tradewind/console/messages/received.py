"""Mail that came in through the command line or a mail server's pipe: what it was taken for, and what it says."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from tradewind.console import labels, pages, typed
from tradewind.core.staff import needs
from tradewind.messaging.incoming.reading import text_of
from tradewind.messaging.models import ReceivedMail
from tradewind.messaging.received_queries import bytes_of, counts_by_outcome, failures_told_by, key_of_mail, received

PAGE: Final = 50
_MOST_FAILURES: Final = 100


@needs("messages.view")
@require_safe
def received_mails(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("outcome", "")
    outcomes = labels.codes("mail_outcome")
    outcome = asked if asked in outcomes else ""
    found = received(outcome=outcome, after=typed.read_key(request.GET, "after"), limit=PAGE + 1)
    rows = found[:PAGE]
    values = {
        "rows": rows,
        "numbers": counts_by_outcome(),
        "outcome": outcome,
        "outcomes": outcomes,
        "older": typed.write_key(key_of_mail(rows[-1])) if len(found) > PAGE else "",
        "is_first": "after" not in request.GET,
    }
    return pages.show(request, "messages/received.html", values)


@needs("messages.view")
@require_safe
def received_mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    mail = get_object_or_404(ReceivedMail.objects.select_related("file", "about"), pk=mail_id)
    raw = bytes_of(mail)
    values = {
        "mail": mail,
        "problem": mail.problem.partition(" ")[0],
        "failures": failures_told_by(mail, limit=_MOST_FAILURES),
        "has_raw": raw is not None,
        "text": text_of(raw) if raw is not None else "",
    }
    return pages.show(request, "messages/received_mail.html", values)


@needs("messages.view")
@require_safe
def received_raw(request: HttpRequest, mail_id: int) -> HttpResponse:  # noqa: ARG001  # a view's shape
    mail = get_object_or_404(ReceivedMail.objects.select_related("file"), pk=mail_id)
    raw = bytes_of(mail)
    if raw is None:
        raise Http404
    # Never shown as a page of ours: whoever wrote it may have written anything.
    headers = {"Content-Disposition": f'attachment; filename="mail-{mail.pk}.eml"'}
    return HttpResponse(raw, content_type="application/octet-stream", headers=headers)
