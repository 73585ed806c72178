"""The form of the shop's profile: what it shows of the present one, and the profile that was typed.

What stands already is not questioned again: a number that was taken over from elsewhere, and that no rule of ours
knows, must not keep anybody from changing the phone.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from tradewind.console.products.reading import Form
from tradewind.core.words import LOCALES
from tradewind.lib.countries import COUNTRIES, EU_MEMBERS
from tradewind.lib.currencies import MINOR_DIGITS
from tradewind.lib.identifying import WrongNumber, bank_code, phone_number, register_number
from tradewind.markets.bank_accounts import KINDS
from tradewind.markets.shop import IBAN, BankAccount, Contact, ShopProfile

SPARE: Final = 2
MOST: Final = 40
_LONGEST_ABOUT: Final = 2000
_LONGEST_ADDRESS: Final = 400
_REGISTRATION: Final = ("kind", "country", "number")
_ACCOUNT: Final = ("currency", "holder", "bic", "bank")
_NUMBERS: Final = tuple(dict.fromkeys(part.name for kind in KINDS.values() for part in kind.parts))
Identity = tuple[str, tuple[tuple[str, str], ...], str]

_NO_EMAIL: Final = gettext_noop("Please write an e-mail address, like hello@shop.example.")
_NO_COUNTRY: Final = gettext_noop("Please write the country's code of two letters, like DE.")
_NO_ZONE: Final = gettext_noop("Please write a time zone of the tz database, like Asia/Shanghai.")
_NOT_IN_EU: Final = gettext_noop(
    "The responsible person must be established in the EU, so a country of the EU is needed."
)
_NO_PHONE: Final = gettext_noop(
    "No phone can have this number. Please write it with its country, like +86 755 5550 0123."
)
_NO_CURRENCY: Final = gettext_noop("Please write the currency's code of three letters, like EUR.")
_NO_NUMBER: Final = gettext_noop(
    "This register gives no such number. Please look for a digit that is wrong or missing."
)
_NO_KIND: Final = gettext_noop("Please choose the register.")
_TWICE: Final = gettext_noop("This register stands here twice. Please keep one.")
_NO_ACCOUNT_KIND: Final = gettext_noop("Please choose the kind of account.")
_NO_BIC: Final = gettext_noop("This BIC does not exist. It has 8 or 11 letters and digits.")
_NO_NAME: Final = gettext_noop("Please write the name in one language at least.")


def fields_of(profile: ShopProfile) -> dict[str, str]:
    """What the form begins with."""
    eu = profile.eu_responsible
    fields = {
        **_of_texts("name", profile.name),
        **_of_texts("tagline", profile.tagline),
        **_of_texts("about", profile.about),
        **{each: getattr(profile, each) for each in ("email", "phone", "representative", "zone", "currency")},
        **_of_contact("company", profile.manufacturer),
        **(_of_contact("eu", eu) if eu else {}),
        "registrations": str(len(profile.registrations) + SPARE),
        "accounts": str(len(profile.bank_accounts) + SPARE),
    }
    for number, (key, value) in enumerate(profile.registrations.items()):
        kind, _, country = key.partition("_")
        row = zip(_REGISTRATION, (kind, country.upper(), value), strict=True)
        fields |= {f"registration.{number}.{part}": text for part, text in row}
    for number, account in enumerate(profile.bank_accounts):
        fields |= {f"account.{number}.{part}": getattr(account, part) for part in (*_ACCOUNT, "kind")}
        fields |= {f"account.{number}.{part}": text for part, text in _numbers_of(account).items()}
    return fields


def read_profile(form: Form, present: ShopProfile) -> ShopProfile:
    """The profile that was typed; it is to be used only if the form has no errors."""
    before = fields_of(present)
    name = read_texts(form, "name")
    if not name:
        form.complain("name.en", _NO_NAME)
    company = _contact(form, "company", before)
    return ShopProfile(
        name=name,
        tagline=read_texts(form, "tagline"),
        about=read_texts(form, "about", longest=_LONGEST_ABOUT, is_long=True),
        email=_email(form, "email", before, is_needed=True),
        zone=read_zone(form, "zone"),
        currency=_currency(form, "currency"),
        manufacturer=company,
        eu_responsible=_eu_responsible(form, before),
        bank_accounts=tuple(_accounts(form, present)),
        phone=_checked(form, "phone", before, partial(phone_number, country=company.country), _NO_PHONE),
        representative=form.text("representative"),
        registrations=_registrations(form, present),
    )


def read_country(form: Form, name: str, *, is_needed: bool = True) -> str:
    """A code as it is stored, empty where none is needed."""
    typed = form.text(name, longest=2).upper()
    if typed not in COUNTRIES and (typed or is_needed) and name not in form.errors:
        form.complain(name, _NO_COUNTRY)
    return typed


def read_zone(form: Form, name: str) -> str:
    typed = form.text(name, longest=40)
    if typed not in available_timezones() and name not in form.errors:
        form.complain(name, _NO_ZONE)
    return typed


def read_texts(form: Form, name: str, *, longest: int = 200, is_long: bool = False) -> dict[str, str]:
    """One line, or several, in each language in which something was typed."""
    texts = {}
    for code in LOCALES:
        field = f"{name}.{code}"
        texts[code] = "\n".join(form.lines(field)) if is_long else form.text(field, longest=longest)
        if len(texts[code]) > longest and field not in form.errors:
            form.complain(field, gettext_noop("At most {longest} characters, please."), longest=longest)
    return {code: text for code, text in texts.items() if text}


def _of_texts(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}.{code}": text for code, text in texts.items()}


def _of_contact(name: str, contact: Contact) -> dict[str, str]:
    return {
        **_of_texts(f"{name}.name", contact.name),
        **_of_texts(f"{name}.address", contact.address),
        f"{name}.country": contact.country,
        f"{name}.email": contact.email,
    }


def _contact(form: Form, name: str, before: Mapping[str, str], *, is_needed: bool = False) -> Contact:
    names = read_texts(form, f"{name}.name")
    addresses = read_texts(form, f"{name}.address", longest=_LONGEST_ADDRESS, is_long=True)
    for field, texts in ((f"{name}.name.en", names), (f"{name}.address.en", addresses)):
        if is_needed and not texts and field not in form.errors:
            form.complain(field, gettext_noop("Please fill this in."))
    email = _email(form, f"{name}.email", before, is_needed=is_needed)
    return Contact(names, addresses, read_country(form, f"{name}.country"), email)


def _eu_responsible(form: Form, before: Mapping[str, str]) -> Contact | None:
    """None if every field of it is empty."""
    if not any(text.strip() for field, text in form.fields.items() if field.startswith("eu.")):
        return None
    person = _contact(form, "eu", before, is_needed=True)
    if person.country not in EU_MEMBERS and "eu.country" not in form.errors:
        form.complain("eu.country", _NOT_IN_EU)
    return person


def _email(form: Form, name: str, before: Mapping[str, str], *, is_needed: bool = False) -> str:
    typed = form.text(name, longest=254, is_needed=is_needed)
    if typed and typed != before.get(name):
        try:
            validate_email(typed)
        except ValidationError:
            form.complain(name, _NO_EMAIL)
    return typed


def _currency(form: Form, name: str) -> str:
    typed = form.text(name, longest=3).upper()
    if typed not in MINOR_DIGITS and name not in form.errors:
        form.complain(name, _NO_CURRENCY)
    return typed


def _checked(form: Form, name: str, before: Mapping[str, str], check: Callable[[str], str], message: str) -> str:
    typed = form.text(name)
    if not typed or typed == before.get(name):
        return typed
    try:
        return check(typed)
    except WrongNumber:
        form.complain(name, message)
        return typed


def _registrations(form: Form, present: ShopProfile) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in _rows(form, "registration", _REGISTRATION):
        kind = form.text(f"{row}.kind", longest=30)
        country = read_country(form, f"{row}.country", is_needed=False)
        key = f"{kind}_{country.lower()}" if country else kind
        number = form.text(f"{row}.number", longest=60, is_needed=True)
        if not kind:
            form.complain(f"{row}.kind", _NO_KIND)
        elif key in found:
            form.complain(f"{row}.kind", _TWICE)
        elif number and present.registrations.get(key) != number:
            try:
                number = register_number(kind, number, country=country)
            except WrongNumber:
                form.complain(f"{row}.number", _NO_NUMBER)
        found[key] = number
    return found


def _accounts(form: Form, present: ShopProfile) -> list[BankAccount]:
    known = {_identity(account): account.key for account in present.bank_accounts}
    taken = set(known.values())
    accounts: list[BankAccount] = []
    for row in _rows(form, "account", (*_ACCOUNT, *_NUMBERS)):
        currency = _currency(form, f"{row}.currency")
        holder, bank = (form.text(f"{row}.{part}", is_needed=True) for part in ("holder", "bank"))
        kind = form.text(f"{row}.kind", longest=20) or IBAN
        if kind not in KINDS:
            form.complain(f"{row}.kind", _NO_ACCOUNT_KIND)
            continue
        account = _numbers(form, row, kind, known)
        key = known.pop(_identity(account), "") or _free_key(currency.lower(), taken)
        taken.add(key)
        accounts.append(replace(account, key=key, currency=currency, holder=holder, bank=bank))
    return accounts


def _numbers(form: Form, row: str, kind: str, known: Mapping[Identity, str]) -> BankAccount:
    """The numbers that an account of this kind has; what was typed into fields of other kinds is left out."""
    rules = KINDS[kind]
    typed = {part.name: form.text(f"{row}.{part.name}", longest=80, is_needed=True) for part in rules.parts}
    bic = form.text(f"{row}.bic", longest=20, is_needed=rules.needs_bic)
    is_known = _identity(_account(kind, typed, bic)) in known
    before = {f"{row}.{name}": text for name, text in {**typed, "bic": bic}.items()} if is_known else {}
    numbers = {
        part.name: _checked(form, f"{row}.{part.name}", before, part.check, part.wrong)
        for part in rules.parts
        if f"{row}.{part.name}" not in form.errors
    }
    if f"{row}.bic" not in form.errors:
        bic = _checked(form, f"{row}.bic", before, bank_code, _NO_BIC)
    return _account(kind, numbers, bic)


def _account(kind: str, numbers: Mapping[str, str], bic: str) -> BankAccount:
    own = {name: number for name, number in numbers.items() if name != IBAN}
    return BankAccount("", "", "", numbers.get(IBAN, ""), bic, "", kind, own)


def _numbers_of(account: BankAccount) -> dict[str, str]:
    return {IBAN: account.iban, **account.numbers} if account.kind == IBAN else dict(account.numbers)


def _identity(account: BankAccount) -> Identity:
    """What makes it this account, whatever its holder or bank are called."""
    return account.kind, tuple(sorted(_numbers_of(account).items())), account.bic


def _free_key(wish: str, taken: set[str]) -> str:
    return next(key for n in range(1, MOST + 2) if (key := wish if n == 1 else f"{wish}-{n}") not in taken)


def _rows(form: Form, kind: str, parts: tuple[str, ...]) -> list[str]:
    """The rows of a kind in which something was typed."""
    rows = [f"{kind}.{number}" for number in range(form.count(f"{kind}s", most=MOST))]
    return [row for row in rows if any(form.fields.get(f"{row}.{part}", "").strip() for part in parts)]
