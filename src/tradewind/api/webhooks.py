"""Webhooks for programs to set up: who wants to hear of what, at which address."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, NoReturn

from django.http import HttpRequest
from ninja import Router

from tradewind.api import webhook_shapes as shapes
from tradewind.api.asking import refuse_unknown
from tradewind.api.keys import READ_HOOKS, WRITE_HOOKS, Key, key_of, program_of
from tradewind.api.once import writes
from tradewind.api.problems import Conflict, NotFound, Problem, wrong_field
from tradewind.core.models import ApiToken, ShopAccount
from tradewind.core.strangers import AddressRefused
from tradewind.lib.clock import utc_now
from tradewind.webhooks import subscribing
from tradewind.webhooks.models import Subscription
from tradewind.webhooks.queries import NoSuchSubscription, subscription_within, subscriptions_within
from tradewind.webhooks.subscribing import NameTaken, NotWithinReach, TooMany, Wanted

router = Router(auth=Key(READ_HOOKS), tags=["webhooks"])
MAY_WRITE: Final = Key(WRITE_HOOKS)
_REFUSALS: Final = dict.fromkeys((401, 403, 404, 422, 429), Problem)
WRITING: Final = _REFUSALS | {400: Problem, 409: Problem, 413: Problem}
_ADDRESSES: Final = {
    "unreadable": "Write a whole address, like https://erp.example/hooks/tradewind, without # and what follows.",
    "no_tls": "Begin with https: what is said must not be read on the way.",
    "has_password": "Leave name and password out of the address. Notices are signed: check the signature.",
    "not_public": "This address is not open to the internet. The shop does not call machines of its own network.",
}


@router.api_operation(
    ["GET", "HEAD"],
    "/webhooks",
    operation_id="listWebhooks",
    summary="List webhooks",
    response={200: shapes.HookList, 401: Problem, 403: Problem, 422: Problem, 429: Problem},
)
def list_hooks(request: HttpRequest) -> shapes.HookList:
    """All that hear of nothing which this key may not see. There are never more than fifty."""
    refuse_unknown(request.GET, ())
    names = _account_names()
    return shapes.HookList(webhooks=[told(row, names) for row in subscriptions_within(key_of(request).reach)])


@router.post(
    "/webhooks",
    auth=MAY_WRITE,
    operation_id="createWebhook",
    summary="Make a webhook",
    response={201: shapes.HookMade, **dict.fromkeys((400, 401, 403, 409, 413, 422, 429), Problem)},
)
@writes(HTTPStatus.CREATED)
def create(request: HttpRequest, asked: shapes.HookNew) -> shapes.HookMade:
    """From now on. The secret stands in this answer and nowhere else."""
    refuse_unknown(request.GET, ())
    key = key_of(request)
    wanted = Wanted(asked.name.strip(), asked.address, asked.kinds, _account_ids(asked.accounts, key))
    try:
        made, secret = subscribing.subscribe(
            wanted=wanted, reach=key.reach, answers=key.created_by, by=program_of(request), at=utc_now()
        )
    except (AddressRefused, NotWithinReach, NameTaken) as problem:
        _refuse(problem)
    except TooMany:
        words = f"There are {subscribing.MOST} webhooks already. Remove one first."
        raise Conflict("too_many", words) from None
    return shapes.HookMade(**dict(told(made)), secret=secret)


@router.api_operation(
    ["GET", "HEAD"],
    "/webhooks/{ref}",
    operation_id="getWebhook",
    summary="Get one webhook",
    response={200: shapes.HookTold, **_REFUSALS},
)
def get_hook(request: HttpRequest, ref: str) -> shapes.HookTold:
    """Without its secret."""
    refuse_unknown(request.GET, ())
    return told(hook_named(request, ref))


@router.patch(
    "/webhooks/{ref}",
    auth=MAY_WRITE,
    operation_id="changeWebhook",
    summary="Change a webhook",
    response={200: shapes.HookTold, **WRITING},
)
@writes()
def change(request: HttpRequest, ref: str, asked: shapes.HookChange) -> shapes.HookTold:
    """Its name, its address, what it hears of, and whether it is on."""
    refuse_unknown(request.GET, ())
    key, row = key_of(request), hook_named(request, ref)
    by, at = program_of(request), utc_now()
    accounts = row.account_ids if asked.accounts is None else _account_ids(asked.accounts, key)
    wanted = Wanted(
        name=row.name if asked.name is None else asked.name.strip(),
        address=asked.address or row.address,
        kinds=asked.kinds or row.kinds,
        account_ids=None if asked.all_accounts else accounts,
    )
    try:
        row = subscribing.change(subscription=row, wanted=wanted, reach=key.reach, by=by, at=at)
    except (AddressRefused, NotWithinReach, NameTaken) as problem:
        _refuse(problem)
    if asked.is_active is not None:
        row = subscribing.switch(subscription=row, on=asked.is_active, by=by, at=at)
    return told(row)


@router.delete(
    "/webhooks/{ref}",
    auth=MAY_WRITE,
    operation_id="removeWebhook",
    summary="Remove a webhook",
    response={204: None, **WRITING},
)
@writes(HTTPStatus.NO_CONTENT)
def remove(request: HttpRequest, ref: str) -> None:
    """With its log. What was still to be said is not said."""
    refuse_unknown(request.GET, ())
    subscribing.remove(subscription=hook_named(request, ref), by=program_of(request), at=utc_now())


@router.post(
    "/webhooks/{ref}/secret",
    auth=MAY_WRITE,
    operation_id="renewWebhookSecret",
    summary="Give a webhook a new secret",
    response={200: shapes.HookMade, **WRITING},
)
@writes()
def renew_secret(request: HttpRequest, ref: str) -> shapes.HookMade:
    """For 24 hours notices are signed with the old one as well."""
    refuse_unknown(request.GET, ())
    row = hook_named(request, ref)
    secret = subscribing.renew_secret(subscription=row, by=program_of(request), at=utc_now())
    return shapes.HookMade(**dict(told(row)), secret=secret)


def hook_named(request: HttpRequest, ref: str) -> Subscription:
    """Raises NotFound, also where it is out of reach."""
    try:
        if "\0" in ref or not ref:
            raise NoSuchSubscription(ref)
        return subscription_within(key_of(request).reach, ref=ref)
    except NoSuchSubscription:
        raise NotFound("no_such_webhook", "No webhook has this reference. /api/v1/webhooks lists all.") from None


def told(row: Subscription, names: Mapping[int, str] | None = None) -> shapes.HookTold:
    """`names` of shop accounts, for who tells of many."""
    known = _account_names() if names is None else names
    return shapes.HookTold(
        ref=row.ref,
        name=row.name,
        address=row.address,
        kinds=row.kinds,
        accounts=None if row.account_ids is None else sorted(known[pk] for pk in row.account_ids if pk in known),
        is_active=row.is_active,
        failing_since=row.failing_since,
        off_because=row.off_because or None,
        created_at=row.created_at,
    )


def _account_names() -> dict[int, str]:
    return dict(ShopAccount.objects.values_list("pk", "name"))


def _account_ids(names: list[str] | None, key: ApiToken) -> list[int] | None:
    if names is None:
        return None
    known = dict(key.reach.of(ShopAccount.objects.order_by("name"), field="pk").values_list("name", "pk"))
    for number, name in enumerate(names):
        if name not in known:
            words = f"No shop account has this name. There are: {', '.join(known) or 'none yet'}."
            raise wrong_field("accounts", number, words=words)
    return [known[name] for name in names]


def _refuse(problem: AddressRefused | NotWithinReach | NameTaken) -> NoReturn:
    if isinstance(problem, AddressRefused):
        raise wrong_field("address", words=_ADDRESSES[problem.code]) from None
    if isinstance(problem, NameTaken):
        raise wrong_field("name", words="Another webhook has this name. Choose another.") from None
    raise wrong_field("accounts", words="This key does not work for all of these accounts.") from None
