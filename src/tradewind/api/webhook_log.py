"""What was said to a webhook and how it was answered; sending again, and a word to try it out."""

from http import HTTPStatus

from django.http import HttpRequest
from ninja import Query

from tradewind.api import webhook_shapes as shapes
from tradewind.api.asking import NumberedQuery, read_number, refuse_unknown, write_number
from tradewind.api.once import writes
from tradewind.api.problems import Conflict, NotFound, Problem
from tradewind.api.webhooks import MAY_WRITE, WRITING, hook_named, router
from tradewind.lib.clock import utc_now
from tradewind.webhooks import planning
from tradewind.webhooks.models import HookMessage
from tradewind.webhooks.queries import NoSuchMessage, message_of, messages_of

# Reading and writing share their addresses, and each address has one router.
__all__ = ["router"]

_OFF = "This webhook is off. Switch it on first, with is_active."


@router.api_operation(
    ["GET", "HEAD"],
    "/webhooks/{ref}/messages",
    operation_id="listWebhookMessages",
    summary="List what was said to a webhook",
    response={200: shapes.MessageList, 401: Problem, 403: Problem, 404: Problem, 422: Problem, 429: Problem},
)
def list_messages(request: HttpRequest, ref: str, asked: Query[NumberedQuery]) -> shapes.MessageList:
    """Newest first, with every try and its answer."""
    refuse_unknown(request.GET, NumberedQuery.model_fields)
    page = messages_of(hook_named(request, ref), after=read_number(asked.after), size=asked.limit)
    return shapes.MessageList(
        messages=[_told(row) for row in page.rows], next=write_number(page.older) if page.older else None
    )


@router.post(
    "/webhooks/{ref}/messages",
    auth=MAY_WRITE,
    operation_id="testWebhook",
    summary="Say something to try a webhook out",
    response={201: shapes.MessageTold, **WRITING},
)
@writes(HTTPStatus.CREATED)
def send_test(request: HttpRequest, ref: str) -> shapes.MessageTold:
    """An event of the kind webhook.test, to this one alone."""
    refuse_unknown(request.GET, ())
    try:
        return _told(planning.send_test(subscription=hook_named(request, ref), at=utc_now()))
    except planning.SwitchedOff:
        raise Conflict("is_off", _OFF) from None


@router.post(
    "/webhooks/{ref}/messages/{message}/sending",
    auth=MAY_WRITE,
    operation_id="resendWebhookMessage",
    summary="Send something again",
    response={200: shapes.MessageTold, **WRITING},
)
@writes()
def send_again(request: HttpRequest, ref: str, message: str) -> shapes.MessageTold:
    """Under its old id, with all its tries anew. What waits for its next try is tried at once."""
    refuse_unknown(request.GET, ())
    row = hook_named(request, ref)
    try:
        if "\0" in message or not message:
            raise NoSuchMessage(message)
        return _told(planning.send_again(message=message_of(row, ref=message), at=utc_now()))
    except NoSuchMessage:
        raise NotFound("no_such_message", "Nothing was said to this webhook under this id.") from None
    except planning.SwitchedOff:
        raise Conflict("is_off", _OFF) from None


def _told(row: HookMessage) -> shapes.MessageTold:
    return shapes.MessageTold(
        id=row.ref,
        kind=row.kind,
        state=row.state,
        created_at=row.created_at,
        body=row.body,
        attempts=[
            shapes.AttemptTold(at=each.at, took_ms=each.took_ms, status=each.status, text=each.text)
            for each in row.attempts.all()
        ],
    )
