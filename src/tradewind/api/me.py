"""Which key is this? For a program's first request, and for finding out when a key ends."""

from django.http import HttpRequest
from ninja import Router

from tradewind.api import shapes
from tradewind.api.asking import refuse_unknown
from tradewind.api.keys import Key, key_of
from tradewind.api.problems import Problem
from tradewind.core.models import ApiToken, ShopAccount

router = Router(auth=Key(), tags=["key"])


@router.api_operation(
    ["GET", "HEAD"],
    "/me",
    operation_id="getMe",
    summary="Get the key that asks",
    response={200: shapes.Me, 401: Problem, 422: Problem, 429: Problem},
)
def get_me(request: HttpRequest) -> shapes.Me:
    """Its name, what it may do, and when it ends. Any key may ask this."""
    refuse_unknown(request.GET, ())
    key = key_of(request)
    return shapes.Me(name=key.name, scopes=key.scopes, expires_at=key.expires_at, accounts=_accounts(key))


def _accounts(key: ApiToken) -> list[str] | None:
    if key.reach.account_ids is None:
        return None
    rows = ShopAccount.objects.filter(pk__in=key.reach.account_ids)
    return list(rows.order_by("name").values_list("name", flat=True))
