"""Your withdrawal has reached us: what was declared and when, on a durable medium as the law asks. No acceptance yet."""

from typing import Final

from babel.dates import format_datetime

from tradewind.aftersales.models import Withdrawal
from tradewind.core.words import locale_of, say
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Letter, Row, Section
from tradewind.messaging.moments.order_parts import closing_words, letterhead
from tradewind.messaging.wording.speaking import Known, letters_language, worded

MOMENT: Final = "withdrawal_received"


def _reader(withdrawal: Withdrawal) -> Known:
    return Known(withdrawal.language, withdrawal.order.market if withdrawal.order else "")


@worded(MOMENT, to=_reader)
def withdrawal_received(withdrawal: Withdrawal) -> Letter:
    language = letters_language(withdrawal.language)
    shop = shop_profile()
    opening = say(language, "Your declaration of withdrawal has reached us. Please keep this message as proof.")
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=say(language, "Receipt of your withdrawal, order {ref}", ref=_one_line(withdrawal.order_ref)),
        preview=opening,
        title=say(language, "Your withdrawal has reached us"),
        paragraphs=(
            say(language, "Hello,"),
            opening,
            say(language, "We look at it next and write to you about the way back and the money."),
        ),
        highlight=Section(say(language, "What you declared"), rows=_declared(withdrawal)),
        button=None,
        goods_title="",
        goods=(),
        totals=(),
        sections=(),
        closing=closing_words(shop, language),
    )


def _declared(withdrawal: Withdrawal) -> tuple[Row, ...]:
    language = letters_language(withdrawal.language)
    moment = format_datetime(withdrawal.declared_at, "long", locale=locale_of(language))
    return (
        Row(say(language, "Declaration"), say(language, "I withdraw from the contract for these goods.")),
        Row(say(language, "Which goods"), withdrawal.goods or say(language, "the whole order")),
        Row(say(language, "Order number"), withdrawal.order_ref),
        Row(say(language, "Your name"), withdrawal.name),
        Row(say(language, "E-mail"), withdrawal.email),
        Row(say(language, "Received"), moment),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
