"""The words of the form, by kind of paper. What they are called in law was looked up for each language."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.words import pick, say
from tradewind.papers.paper import Kind

# Names of documents in law, not words: what they are called is decided by what they are where they are read.
TITLES: Final[Mapping[Kind, Mapping[str, str]]] = {
    # Chinese: 发票 alone is the receipt of the tax office, which no shop prints. Japanese: never 領収書, a receipt with duties
    # of its own, nor 適格請求書, which only registered issuers write. Brazilian: a nota fiscal is the state's.
    Kind.INVOICE: {
        "en": "Invoice",
        "de": "Rechnung",
        "zh": "商业发票",
        "fr": "Facture",
        "es": "Factura",
        "pt": "Fatura",
        "ja": "請求書",
    },
    # German: a Gutschrift is an invoice that the buyer writes (§ 14 (2) UStG). Spanish: Real Decreto 1619/2012, art. 15.
    Kind.CREDIT_NOTE: {
        "en": "Credit note",
        "de": "Rechnungskorrektur",
        "zh": "贷项通知单",
        "fr": "Avoir",
        "es": "Factura rectificativa",
        "pt": "Nota de crédito",
        "ja": "返金明細書",
    },
    Kind.PROFORMA: {
        "en": "Proforma invoice",
        "de": "Proforma-Rechnung",
        "zh": "形式发票",
        "fr": "Facture pro forma",
        "es": "Factura proforma",
        "pt": "Fatura pro forma",
        "ja": "プロフォーマインボイス",
    },
    Kind.QUOTATION: {
        "en": "Quotation",
        "de": "Angebot",
        "zh": "报价单",
        "fr": "Devis",
        "es": "Presupuesto",
        "pt": "Orçamento",
        "ja": "見積書",
    },
}
_BUYERS: Final[Mapping[Kind, str]] = {
    Kind.INVOICE: gettext_noop("Billed to"),
    Kind.CREDIT_NOTE: gettext_noop("Credited to"),
    Kind.PROFORMA: gettext_noop("Prepared for"),
    Kind.QUOTATION: gettext_noop("Prepared for"),
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
    return pick(TITLES[kind], language)


def own_sentence(kind: Kind, language: str) -> str:
    return say(language, _SENTENCES[kind]) if kind in _SENTENCES else ""


def words_of(kind: Kind, language: str, *, tax_included: bool) -> dict[str, str]:
    """Every label that the layout sets."""
    return {
        "title": title(kind, language),
        "number": say(language, "Number"),
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
