"""Staff, roles and abilities: one table says who may do what."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tradewind.core.facts import SYSTEM
from tradewind.core.models import ApiToken, Staff
from tradewind.core.models.staff import Role
from tradewind.core.trail import write_audit

View = TypeVar("View", bound=Callable[..., Any])

OPEN_TO_ALL: Final = "open"
# Who acts at the command line, as the audit trail names them.
COMMAND: Final = "command"

_EVERYBODY = frozenset(Role)
_LEADS = frozenset({Role.OWNER, Role.MANAGER})
ABILITIES: Final[dict[str, frozenset[Role]]] = {
    "today.view": _EVERYBODY,
    "orders.view": frozenset({Role.OWNER, Role.MANAGER, Role.AGENT, Role.WAREHOUSE, Role.ANALYST}),
    "orders.cancel": _LEADS | {Role.AGENT},
    "orders.dispatch": _LEADS | {Role.WAREHOUSE},
    "orders.change": _LEADS,
    "orders.hold": _LEADS | {Role.AGENT, Role.WAREHOUSE},
    "orders.mark": _LEADS | {Role.AGENT, Role.WAREHOUSE},
    "orders.share_views": _LEADS,
    "orders.export": _LEADS | {Role.ANALYST},
    "orders.import": _LEADS,
    "accounts.view": frozenset({Role.OWNER, Role.MANAGER, Role.AGENT, Role.WAREHOUSE, Role.ANALYST}),
    "accounts.change": _LEADS,
    "accounts.make": _LEADS,
    "papers.make": _LEADS | {Role.AGENT},
    "papers.sealed": _LEADS,  # of buyers whose data were erased
    "payments.confirm": _LEADS,
    "buyers.erase": _LEADS,
    "products.view": _EVERYBODY,
    "products.edit": _LEADS | {Role.CONTENT},
    "products.publish": _LEADS | {Role.CHECKER},
    "products.price": _LEADS,
    "products.words": _LEADS | {Role.CONTENT},
    "stock.view": _EVERYBODY,
    "stock.adjust": _LEADS | {Role.WAREHOUSE},
    "markets.view": _LEADS | {Role.CONTENT, Role.CHECKER, Role.ANALYST},
    "markets.change": _LEADS,
    "codes.view": _LEADS | {Role.CONTENT, Role.AGENT, Role.ANALYST},
    "codes.change": _LEADS,
    "quotations.edit": _LEADS | {Role.AGENT},
    "messages.view": _LEADS | {Role.AGENT},
    "messages.answer": _LEADS | {Role.AGENT},
    "words.view": _LEADS | {Role.CONTENT, Role.CHECKER, Role.AGENT},
    "words.edit": _LEADS | {Role.CONTENT, Role.AGENT},
    # Only of languages for which an owner has said that they vouch.
    "words.review": _LEADS | {Role.CONTENT, Role.CHECKER, Role.AGENT},
    "words.languages": frozenset({Role.OWNER}),
    "keys.view": _LEADS,
    "keys.change": _LEADS,
    "hooks.view": _LEADS,
    "hooks.change": _LEADS,
    "alerts.view": _LEADS,
    "alerts.change": _LEADS,
    "work.view": _LEADS,
    "work.decide": _LEADS,
    "todos.finish": _EVERYBODY,
    "profile.change": _EVERYBODY,
    "search.use": _EVERYBODY,
    "insights.view": _LEADS | {Role.ANALYST},
    "answers.view": _LEADS | {Role.CONTENT, Role.CHECKER, Role.AGENT},
    "answers.change": _LEADS | {Role.CONTENT},
    "answers.tell": _LEADS,  # letters that give buyers other dates
    "shop.view": _LEADS | {Role.CONTENT, Role.CHECKER, Role.AGENT},
    "shop.change": _LEADS,
    "staff.view": _LEADS,
    "staff.change": frozenset({Role.OWNER}),
    "audit.view": _LEADS,
    "connections.view": _LEADS,
    "connections.change": frozenset({Role.OWNER}),
    "settings.view": _LEADS,
    "settings.change": frozenset({Role.OWNER}),
    "warehouses.view": _EVERYBODY,
    "warehouses.change": _LEADS,
}
# What is about the shop of one's own: its codes, its pages, its letters, its visitors. Marketplaces have theirs.
OF_OWN_SHOP: Final = frozenset(
    {
        "codes.view",
        "codes.change",
        "markets.view",
        "markets.change",
        "messages.view",
        "messages.answer",
        "words.view",
        "words.edit",
        "words.review",
        "words.languages",
        "quotations.edit",
        "insights.view",
        "answers.view",
        "answers.change",
        "answers.tell",
        "shop.view",
        "shop.change",
    }
)
# What shows or decides for all accounts at once.
OF_ALL_ACCOUNTS: Final = frozenset(
    {"work.view", "work.decide", "staff.view", "staff.change", "audit.view", "accounts.make"}
    | {"connections.view", "connections.change", "settings.view", "settings.change"}
    | {"alerts.view", "alerts.change"}
)
# What a key may be let do, and which ability whoever answers for it needs for that.
SCOPES: Final[dict[str, str]] = {
    "orders:read": "orders.view",
    "orders:write": "orders.view",  # each act asks for its own as well
    "refunds:write": "payments.confirm",
    "products:read": "products.view",
    "products:write": "products.edit",
    "products:publish": "products.publish",
    "prices:write": "products.price",
    "stock:read": "stock.view",
    "stock:write": "stock.adjust",
    "media:write": "products.edit",
    "buyers:read": "orders.view",
    "webhooks:read": "hooks.view",
    "webhooks:write": "hooks.change",
}


class NotValid(Exception):
    """A field was given a value that cannot be used; the words say which would."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(f"{field}: {words}")
        self.field = field
        self.words = words


def needs(ability: str) -> Callable[[View], View]:
    """Declare on a console view which ability it asks for. Views without a declaration are refused."""
    if ability != OPEN_TO_ALL and ability not in ABILITIES:
        msg = f"no ability is called {ability}"
        raise LookupError(msg)

    def mark(view: View) -> View:
        view.ability = ability  # type: ignore[attr-defined]
        return view

    return mark


def may(staff: Staff, ability: str) -> bool:
    """Does the role have this ability, and reach what it is about? Orders are judged one by one: see Reach."""
    if not staff.is_active or Role(staff.role) not in ABILITIES[ability]:
        return False
    if ability in OF_ALL_ACCOUNTS:
        return staff.reach.is_whole
    return ability not in OF_OWN_SHOP or staff.reach.has_own_shop


def check_password_strength(password: str) -> None:
    """Raises NotValid for what is too short, or what everybody tries first."""
    try:
        validate_password(password)
    except ValidationError as problem:
        raise NotValid("password", " ".join(problem.messages)) from problem


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A person to let in. `language` is the console's, as Django spells it."""

    email: str
    name: str
    role: Role
    language: str = "zh-hans"
    is_demo: bool = False


def add_staff(person: NewStaff, *, password: str, at: datetime, by: str = SYSTEM) -> Staff:
    """Let a person in. Raises NotValid for a bad e-mail address, a weak password, or an address already known."""
    try:
        validate_email(person.email)
    except ValidationError as problem:
        raise NotValid("email", "is not an e-mail address") from problem
    check_password_strength(password)
    with transaction.atomic():
        if Staff.objects.filter(email__iexact=person.email).exists():
            raise NotValid("email", "belongs to somebody on the staff already")
        staff = Staff.objects.create(**asdict(person), created_at=at, password=make_password(password))
        write_audit("staff.added", subject=("staff", staff.pk), by=by, at=at, after={"role": person.role})
    return staff


@dataclass(frozen=True, slots=True)
class KeyLimits:
    """What a key is held to: which accounts it works for (None: all), and how often it may ask in a minute."""

    account_ids: Sequence[int] | None = None
    per_minute: int | None = None


def create_token(  # noqa: PLR0913  # what a key is, and who makes it
    *,
    name: str,
    scopes: Sequence[str],
    by: Staff,
    at: datetime,
    expires_at: datetime | None = None,
    limits: KeyLimits = KeyLimits(),  # frozen
    actor: str = "",
) -> tuple[ApiToken, str]:
    """Make a key for a program. The secret is returned once and only its digest is kept. Raises NotValid.

    `by` answers for it; `actor` has made it, where that is somebody else, as the audit trail names them.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise NotValid("scopes", f"choose from {', '.join(SCOPES)}")
    beyond = [scope for scope in scopes if not may(by, SCOPES[scope])]
    if beyond:
        raise NotValid("scopes", f"{by.name} may not do {', '.join(beyond)}, and a key may not do more")
    secret = f"tw_{secrets.token_urlsafe(32)}"
    account_ids = None if limits.account_ids is None else sorted(limits.account_ids)
    with transaction.atomic():
        token = ApiToken.objects.create(
            name=name,
            digest=hashlib.sha256(secret.encode()).hexdigest(),
            hint=secret[-4:],
            scopes=list(scopes),
            created_by=by,
            created_at=at,
            expires_at=expires_at,
            account_ids=account_ids,
            per_minute=limits.per_minute,
        )
        after = {"scopes": list(scopes), "accounts": account_ids, "per_minute": limits.per_minute}
        write_audit("token.created", subject=("token", token.pk), by=actor or f"staff:{by.pk}", at=at, after=after)
    return token, secret


def token_for(secret: str, *, at: datetime) -> ApiToken | None:
    """The token that this secret opens, or None: unknown, revoked, expired, or who answers for it has left."""
    valid = ApiToken.objects.filter(revoked_at=None, created_by__is_active=True)
    token = valid.select_related("created_by").filter(digest=hashlib.sha256(secret.encode()).hexdigest()).first()
    if token is None or (token.expires_at is not None and token.expires_at <= at):
        return None
    return token
