"""Tags and internal notes of an order."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.orders.detail import show_order
from tradewind.console.typed import Problem
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.orders import noting, tagging
from tradewind.orders.models import Order, OrderNote, OrderTag

_LONGEST_KEY: Final = 40
_CHANGED: Final = gettext_noop("The note was changed or erased since you opened it. What you typed stands below.")
_NOT_YOURS: Final = gettext_noop("Only who wrote a note changes it. Write one of your own instead.")


@needs("orders.mark")
@require_POST
def add_tag(request: HttpRequest, order_id: int) -> HttpResponse:
    _require(order_id)
    try:
        name = typed.read_text(request.POST, "tag", longest=tagging.LONGEST)
    except typed.WrongInput as wrong:
        return _refuse(request, order_id, "tag", wrong)
    tagging.add_tag(order_id=order_id, name=name, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:order", done="tagged", order_id=order_id)


@needs("orders.mark")
@require_POST
def remove_tag(request: HttpRequest, order_id: int, tag_id: int) -> HttpResponse:
    _require(order_id)
    if not OrderTag.objects.filter(pk=tag_id).exists():
        raise Http404
    is_done = tagging.remove_tag(order_id=order_id, tag_id=tag_id, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:order", done="untagged" if is_done else "gone", order_id=order_id)


@needs("orders.mark")
@require_POST
def add_note(request: HttpRequest, order_id: int) -> HttpResponse:
    _require(order_id)
    try:
        text = _read_note(request)
    except typed.WrongInput as wrong:
        return _refuse(request, order_id, "note", wrong)
    key = request.POST.get("key", "")[:_LONGEST_KEY] or pages.new_key()
    noting.write_note(order_id=order_id, key=key, text=text, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:order", done="noted", order_id=order_id)


@needs("orders.mark")
@require_POST
def edit_note(request: HttpRequest, order_id: int, note_id: int) -> HttpResponse:
    """Write it anew, or take it back."""
    _require(order_id)
    is_known = OrderNote.objects.filter(pk=note_id, order_id=order_id).exists()
    is_taken_back = "remove" in request.POST
    try:
        _edit(request, note_id if is_known else 0, text="" if is_taken_back else _read_note(request))
    except typed.WrongInput as wrong:
        # A note that is gone has no form any more: what was typed stands in the one for a new note.
        return _refuse(request, order_id, f"note-{note_id}" if is_known else "note", wrong)
    return pages.to_page("console:order", done="note-removed" if is_taken_back else "noted", order_id=order_id)


def _edit(request: HttpRequest, note_id: int, *, text: str) -> None:
    """Raises WrongInput in words for everything that the person can put right."""
    by, at, seen = pages.actor_of(request), utc_now(), typed.read_id(request.POST, "seen")
    try:
        if text:
            noting.edit_note(note_id=note_id, seen=seen, text=text, by=by, at=at)
        else:
            noting.take_note_back(note_id=note_id, seen=seen, by=by, at=at)
    except noting.NoteChanged:
        raise typed.WrongInput("text", _CHANGED) from None
    except noting.NotTheAuthor:
        raise typed.WrongInput("text", _NOT_YOURS) from None


def _read_note(request: HttpRequest) -> str:
    """Several lines. Raises WrongInput."""
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()
    typed.read_text({"text": text.replace("\n", " ")}, "text", longest=noting.LONGEST)
    return text


def _require(order_id: int) -> None:
    if not Order.objects.filter(pk=order_id).exists():
        raise Http404


def _refuse(request: HttpRequest, order_id: int, form: str, wrong: typed.WrongInput) -> HttpResponse:
    entered = {name: request.POST.get(name, "") for name in ("tag", "text", "key")}
    return show_order(request, order_id, problem=Problem(form, wrong.field, wrong.words, entered), status=422)
