"""Reading a long form: every field that cannot be used is named at once, and what was typed is shown again as it was."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar
from unicodedata import category, normalize

from django.utils.translation import gettext_noop

from tradewind.console import typed
from tradewind.console.typed import WrongInput
from tradewind.lib.money import Money

T = TypeVar("T")
LONGEST: Final = 20_000
_UNREADABLE: Final = gettext_noop("This holds characters that cannot be stored. Please type it anew.")


class Form:
    """The fields as they were typed, and beside them in words what is wrong with each."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = fields
        self.errors: dict[str, str] = {}

    def take(self, name: str, read: Callable[[], T], otherwise: T) -> T:
        """What `read` makes of a field; what it complains about is kept for the page."""
        try:
            return read()
        except WrongInput as wrong:
            self.errors[name] = wrong.words
            return otherwise

    def text(self, name: str, *, longest: int = 200, is_needed: bool = False) -> str:
        """One line."""
        return self.take(name, lambda: typed.read_text(self.fields, name, longest=longest, is_needed=is_needed), "")

    def long_text(self, name: str) -> str:
        """As it was typed, with all its lines."""
        # Browsers end lines with both signs.
        value = self.fields.get(name, "").replace("\r\n", "\n").replace("\r", "\n")
        if any(category(sign) in {"Cc", "Cs"} and sign not in "\n\t" for sign in value):
            self.complain(name, _UNREADABLE)
            return ""
        if len(value) > LONGEST:
            self.complain(name, gettext_noop("At most {longest} characters, please."), longest=LONGEST)
        return normalize("NFC", value)

    def lines(self, name: str) -> list[str]:
        """A line for each entry of a list."""
        return [line.strip() for line in self.long_text(name).split("\n") if line.strip()]

    def paragraphs(self, name: str) -> list[str]:
        """Empty lines part them."""
        blocks = "\n".join(line.strip() for line in self.long_text(name).split("\n")).split("\n\n")
        return [block.strip() for block in blocks if block.strip()]

    def number(self, name: str, *, is_needed: bool = False) -> int | None:
        """A whole number above zero."""
        if not is_needed and not self.fields.get(name, "").strip():
            return None
        value = self.take(name, lambda: typed.read_quantity(self.fields, name), None)
        if value == 0:
            self.complain(name, gettext_noop("Please write a number above zero."))
        return value

    def amount(self, name: str, *, currency: str) -> Money | None:
        """An amount above zero, in major units."""
        return self.take(name, lambda: typed.read_amount(self.fields, name, currency=currency), None)

    def count(self, name: str, *, most: int) -> int:
        """How many rows of a kind the form has, as it says itself: between none and `most`."""
        return min(typed.read_id(self.fields, name), most)

    def complain(self, name: str, message: str, **values: object) -> None:
        self.errors[name] = WrongInput(name, message, **values).words
