"""What staff type about a webhook, read once."""

from typing import Final

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_noop

from tradewind.console import typed
from tradewind.console.hooks.wording import address_words
from tradewind.console.typed import Problem, WrongInput
from tradewind.core.models import ShopAccount
from tradewind.core.reach import Reach
from tradewind.core.strangers import LONGEST_URL, AddressRefused
from tradewind.webhooks.models import Subscription
from tradewind.webhooks.subscribing import NameTaken, NotWithinReach, TooMany, UnknownKind, Wanted

FORM: Final = "hook"
LONGEST_NAME: Final = 80
_REFUSALS: Final[dict[type[Exception], tuple[str, str]]] = {
    UnknownKind: ("kind", gettext_noop("Please choose at least one.")),
    NotWithinReach: ("account", gettext_noop("Please choose from these accounts.")),
    NameTaken: ("name", gettext_noop("Another webhook has this name. Please choose another.")),
    TooMany: ("name", gettext_noop("There are fifty webhooks already. Please remove one first.")),
}
REFUSED: Final[tuple[type[Exception], ...]] = (AddressRefused, *_REFUSALS)


def read_wanted(fields: QueryDict) -> Wanted:
    """Raises WrongInput."""
    accounts = [typed.read_id({"id": number}, "id") for number in fields.getlist("account")]
    name = typed.read_text(fields, "name", longest=LONGEST_NAME)
    address = typed.read_text(fields, "address", longest=LONGEST_URL)
    return Wanted(name, address, fields.getlist("kind"), accounts or None)


def refusal(problem: Exception) -> WrongInput:
    """Of one of REFUSED."""
    if isinstance(problem, AddressRefused):
        return WrongInput("address", address_words(problem))
    return WrongInput(*_REFUSALS[type(problem)])


def problem_of(request: HttpRequest, wrong: WrongInput) -> Problem:
    """With all that was typed and ticked."""
    again = {name: str(value) for name, value in request.POST.items()}
    again |= {f"{name}-{value}": "on" for name in ("kind", "account") for value in request.POST.getlist(name)}
    return Problem(FORM, wrong.field, wrong.words, again)


def typed_of(row: Subscription) -> dict[str, str]:
    """The fields of the form as they are on record."""
    ticked = {f"kind-{kind}": "on" for kind in row.kinds} | {f"account-{pk}": "on" for pk in row.account_ids or []}
    return {"name": row.name, "address": row.address, **ticked}


def accounts_to_choose(reach: Reach) -> list[tuple[int, str]]:
    rows = reach.of(ShopAccount.objects.order_by("name", "id"), field="pk")
    return list(rows.values_list("pk", "name"))
