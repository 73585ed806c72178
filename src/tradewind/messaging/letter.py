"""What a mail to a buyer consists of, in words that are already the reader's. One template lays all letters out."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """A name and its value, side by side. `url` is where the value leads to; it is shown in a highlight alone."""

    label: str
    value: str
    is_strong: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part: rows, or lines of text."""

    title: str
    rows: tuple[Row, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Goods:
    """One thing that was bought. `picture` is the address of a JPEG, or empty; so is the price where it is not about money."""

    title: str
    options: str
    quantity: int
    quantity_words: str
    price: str
    picture: str


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: at the top by name, at the bottom in full."""

    name: str
    email: str
    imprint: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """`preview` is what a mailbox shows beside the subject. `highlight` is the one thing to read: dates, or an account.
    `stop` ends what the letter belongs to, where that can be ended.
    """

    moment: Literal[
        "order_received",
        "order_confirmed",
        "order_cancelled",
        "order_changed",
        "order_dispatched",
        "order_link",
        "order_to_pay",
        "order_trouble",
        "trouble_refunded",
        "refund_sent",
        "feedback_request",
        "feedback_reminder",
        "payment_reminder",
        "address_asked",
        "parcel_at_customs",
        "parcel_asked_by_customs",
        "parcel_released",
        "parcel_still_moving",
        "parcel_out_for_delivery",
        "parcel_not_handed_over",
        "parcel_to_collect",
        "parcel_delivered",
        "quotation_sent",
        "address_code",
        "address_changed",
        "withdrawal_received",
        "special_notice",
        "waiting_confirmation",
        "back_in_stock",
        "staff_welcome",
        "machine_alarm",
        "staff_alert",
        "key_ending",
        "machine_alarm_test",
    ]
    language: str
    head: Letterhead
    subject: str
    preview: str
    title: str
    paragraphs: tuple[str, ...]
    highlight: Section | None
    button: Button | None
    goods_title: str
    goods: tuple[Goods, ...]
    totals: tuple[Row, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    stop: Button | None = None
