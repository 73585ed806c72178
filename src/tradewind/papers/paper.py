"""The value of a paper: everything that stands on an invoice, credit note, proforma invoice or quotation, already decided.

Whoever makes one says what is sold by whom to whom at which amounts; `rendering.render` puts it on A4 and adds up nothing.
A paper holds the words of its content in its own language; the words of the form (“Invoice”, “Quantity”, “Total”)
are the form's. All texts are plain: nothing in them is ever markup.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tradewind.lib.money import Money


class Kind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PROFORMA = "proforma"
    QUOTATION = "quotation"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something named: ("VAT number (DE)", "DE123456789"). Both sides in the paper's language."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Party:
    """Who sells or buys. `lines` as the postal address is written, the name first (or last, where the country writes so);
    `facts` stand below: tax numbers, e-mail, phone. For the seller, `name` is set large at the head of the paper.
    """

    name: str
    lines: tuple[str, ...]
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One position. `unit` is in major units of the currency and may have more digits than it (prices below a minor unit);
    `total` is for the whole line, in the form in which prices are shown (`Paper.tax_included`), before `sums`.
    None leaves a cell empty: `quantity` and `unit` of a line that is no goods, `tax_rate` (percent) where no tax is shown.
    `details` stands small below the title: options, article number, what a set holds.
    """

    title: str
    total: Money
    quantity: int | None = None
    unit: Decimal | None = None
    tax_rate: Decimal | None = None
    details: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """A row between the lines and the total: delivery, a discount (below zero), a duty."""

    words: str
    amount: Money


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """The tax of one rate over the whole paper. `name` says tax and rate ("VAT 19 %"); `net + tax` is what costs at this rate.

    A group of rate zero is given too where others are there, so that the nets add up.
    """

    name: str
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class Account:
    """Where to transfer to, as a buyer copies it into their bank's form: holder, bank, IBAN, BIC …, in this order."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """Another paper that this one is about: a credit note's invoice, an invoice's quotation."""

    kind: Kind
    number: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Paper:
    """Amounts are all of one currency, `total`'s. With `tax_included` the lines contain their tax and
    sum(lines) + sum(sums) = total; without, sum(lines) + sum(sums) + sum(taxes) = total. `render` does not check it.
    Amounts of a credit note are above zero: its total is what the buyer gets back.
    """

    kind: Kind
    number: str
    issued_on: date
    language: str  # a key of core.words.LOCALES: the language of the form
    country: str  # whose way of writing amounts is used, where the language is at home there; "" for the language's own
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    total: Money
    tax_included: bool
    taxes: tuple[TaxGroup, ...] = ()
    sums: tuple[Sum, ...] = ()
    ship_to: tuple[str, ...] = ()  # lines of an address; leave empty where it is the buyer's
    facts: tuple[Fact, ...] = ()  # in the head, below number and date: order, date of order, how it is delivered
    paid: Money | None = None  # None: says nothing of payment; below the total, what is left is shown as due
    payments: tuple[str, ...] = ()  # sentences: how and when it was paid, or how it can be
    accounts: tuple[Account, ...] = ()  # shown where something is due
    notes: tuple[str, ...] = ()  # sentences at the end: tax notes, terms
    references: tuple[Reference, ...] = ()
    valid_until: date | None = None  # of quotations and proforma invoices
