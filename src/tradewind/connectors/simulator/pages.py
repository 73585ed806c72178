"""The simulated provider's payment page, where a tester decides what happens."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tradewind.connectors.simulator.choosing import Choice, ChoiceNotOffered, choose
from tradewind.connectors.simulator.models import SimulatedPayment
from tradewind.core import words
from tradewind.lib.clock import utc_now


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def payment_page(request: HttpRequest, ref: str) -> HttpResponse:
    payment = SimulatedPayment.objects.filter(ref=ref).first()
    if payment is None:
        raise Http404
    if request.method != "POST":
        return _show(request, payment, HTTPStatus.OK)
    try:
        choice = Choice(request.POST.get("choice", ""))
    except ValueError:
        return HttpResponseBadRequest(words.say(payment.language, "This choice is not on the page."), "text/plain")
    try:
        payment = choose(ref=ref, choice=choice, at=utc_now())
    except ChoiceNotOffered:
        payment = SimulatedPayment.objects.get(ref=ref)
        if payment.scenario != choice:
            return _show(request, payment, HTTPStatus.CONFLICT)
        # Clicked twice: whoever waits sees the answer to the second click, and it is the same.
    return HttpResponseRedirect(request.path if choice == Choice.CHALLENGE else payment.return_url)


def _show(request: HttpRequest, payment: SimulatedPayment, status: HTTPStatus) -> HttpResponse:
    with words.speaking(payment.language):
        return render(request, "simulator/pay.html", {"payment": payment}, status=status)
