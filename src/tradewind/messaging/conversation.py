"""All that was said about an order, by machine and by people, in the order in which it happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tradewind.messaging.models import BuyerMessage, Message, News, ReceivedMail, Withheld
from tradewind.messaging.subjects import about_order
from tradewind.orders.models import OrderNote

# Of each sort; an order that has more is read elsewhere.
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Said:
    at: datetime
    row: Message | BuyerMessage | ReceivedMail | Withheld | News | OrderNote

    @property
    def sort(self) -> str:
        """What the row is, by its name in small letters."""
        return type(self.row).__name__.lower()


def conversation(order_id: int) -> list[Said]:
    """Oldest first. Six statements whatever was said."""
    return sorted(_all(order_id), key=lambda said: (said.at, said.sort, said.row.pk))


def _all(order_id: int) -> Iterator[Said]:
    letters = list(Message.objects.filter(about_order(order_id)).defer("text", "html").order_by("-pk")[:MOST])
    for letter in letters:
        yield Said(letter.sent_at or letter.created_at, letter)
    for written in BuyerMessage.objects.filter(order_id=order_id).select_related("answered_by").order_by("-pk")[:MOST]:
        yield Said(written.received_at, written)
    # What people wrote through an address of the order stands there in their own words already.
    mails = ReceivedMail.objects.filter(about__in=[letter.pk for letter in letters], copy_of=None)
    for mail in mails.order_by("-pk")[:MOST]:
        yield Said(mail.received_at, mail)
    for withheld in Withheld.objects.filter(order_id=order_id).order_by("-pk")[:MOST]:
        yield Said(withheld.at, withheld)
    passed = News.objects.filter(order_id=order_id, state=News.State.PASSED)
    for news in passed.order_by("-pk")[:MOST]:
        yield Said(news.settled_at or news.heard_at, news)
    for note in OrderNote.objects.filter(order_id=order_id).exclude(text="").order_by("-pk")[:MOST]:
        yield Said(note.written_at, note)
