"""The words of the form, by kind of paper. What they are called in law was looked up for each language."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.words import say
from tradewind.papers.paper import Kind

TITLES: Final[Mapping[Kind, str]] = {
    # Chinese says 商业发票: 发票 alone is the receipt of the tax office, which no shop can print.
    # Japanese says 請求書, never 領収書 (a receipt, with duties of its own) or 適格請求書 (registered issuers only).
    Kind.INVOICE: gettext_noop("Invoice"),
    # German says Rechnungskorrektur: a Gutschrift is an invoice that the buyer writes (§ 14 (2) UStG).
    Kind.CREDIT_NOTE: gettext_noop("Credit note"),
    Kind.PROFORMA: gettext_noop("Proforma invoice"),
    Kind.QUOTATION: gettext_noop("Quotation"),
}
NUMBERS: Final[Mapping[Kind, str]] = {
    Kind.INVOICE: gettext_noop("Invoice number"),
    Kind.CREDIT_NOTE: gettext_noop("Credit note number"),
    Kind.PROFORMA: gettext_noop("Proforma number"),
    Kind.QUOTATION: gettext_noop("Quotation number"),
}
_BUYERS: Final[Mapping[Kind, str]] = {
    Kind.INVOICE: gettext_noop("Billed to"),
    Kind.CREDIT_NOTE: gettext_noop("Credited to"),
    Kind.PROFORMA: gettext_noop("For"),
    Kind.QUOTATION: gettext_noop("For"),
}
_TOTALS: Final[Mapping[Kind, str]] = {
    Kind.INVOICE: gettext_noop("Total"),
    Kind.CREDIT_NOTE: gettext_noop("Total credited"),
    Kind.PROFORMA: gettext_noop("Total"),
    Kind.QUOTATION: gettext_noop("Total"),
}
# What each kind says of itself, so that nobody takes it for another.
_SENTENCES: Final[Mapping[Kind, str]] = {
    Kind.PROFORMA: gettext_noop("This proforma invoice is no invoice: it asks for payment and documents no supply."),
}


def title(kind: Kind, language: str) -> str:
    return say(language, TITLES[kind])


def own_sentence(kind: Kind, language: str) -> str:
    return say(language, _SENTENCES[kind]) if kind in _SENTENCES else ""


def words_of(kind: Kind, language: str, *, tax_included: bool) -> dict[str, str]:
    """Every label that the layout sets."""
    return {
        "title": title(kind, language),
        "number": say(language, NUMBERS[kind]),
        "buyer": say(language, _BUYERS[kind]),
        "total": say(language, _TOTALS[kind]),
        "issued_on": say(language, "Date of issue"),
        "valid_until": say(language, "Valid until"),
        "ship_to": say(language, "Delivered to"),
        "item": say(language, "Item"),
        "quantity": say(language, "Quantity"),
        "unit": say(language, "Unit price"),
        "rate": say(language, "Tax rate"),
        "amount": say(language, "Amount"),
        "subtotal": say(language, "Subtotal"),
        "shown": say(language, "Prices include tax.") if tax_included else say(language, "Prices are without tax."),
        "tax": say(language, "Tax on this paper"),
        "net": say(language, "Net amount"),
        "tax_amount": say(language, "Tax amount"),
        "gross": say(language, "Gross amount"),
        "paid": say(language, "Paid"),
        "due": say(language, "Amount due"),
        "payment": say(language, "Payment"),
        "account": say(language, "Account for bank transfers"),
    }
