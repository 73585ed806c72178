"""Tell me when it is back: confirmed from the mailbox, told once, in order, and forgotten."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from tests.messaging.mail_server import Running
from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.models import Variant
from tradewind.inventory.stocktaking import adjust, receive
from tradewind.messaging import waiting
from tradewind.messaging.models import Message, Waiting

pytestmark = pytest.mark.django_db
WorkUntilIdle = Callable[..., int]
HERE = "/de/de/waiting/"
GERMAN = waiting.Page("de", "de")
GRETA = "Greta@example.com"


@pytest.fixture(autouse=True)
def standing_clock(now: datetime) -> Iterator[None]:
    cache.clear()
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def buyer() -> Client:
    return Client()


@pytest.fixture
def mug(shop: Shop, sender: None) -> Variant:
    """The small mug, sold out."""
    return count(shop, 0)


def count(shop: Shop, units: int) -> Variant:
    adjust(variant_id=shop.small.pk, warehouse=shop.shenzhen, counted=units, reason="counted", by="staff:1", at=shop.at)
    shop.small.refresh_from_db()
    return shop.small


def post(buyer: Client, mug: Variant, email: str = GRETA) -> int:
    return buyer.post(HERE, {"variant": mug.pk, "email": email}).status_code


def wait_for(mug: Variant, *emails: str, at: datetime, page: waiting.Page = GERMAN) -> list[Waiting]:
    """They have asked and confirmed, one minute after the other."""
    rows = []
    for minute, email in enumerate(emails):
        waiting.ask(variant=mug, email=email, page=page, at=at)
        row = Waiting.objects.get(variant=mug, email=email)
        waiting.confirm(waiting_id=row.pk, at=at + timedelta(minutes=minute))
        rows.append(row)
    return rows


def people(number: int) -> list[str]:
    return [f"buyer{each:03}@example.com" for each in range(number)]


def text_in(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def path_in(mail: EmailMessage, ending: str = "") -> str:
    """The path of a link of ours in a mail: the one that confirms, or with "end/" the one that ends."""
    found = re.search(rf"https://shop\.tingyu\.example(/de/de/waiting/[\w-]+/{ending})\n", text_in(mail))
    assert found is not None
    return found[1]


def told() -> list[str]:
    return list(Message.objects.filter(moment="back_in_stock").order_by("pk").values_list("recipient", flat=True))


def test_from_the_sold_out_page_to_the_one_message(
    shop: Shop, mug: Variant, buyer: Client, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    page = buyer.get("/de/de/product/mug/?size=s")
    assert f'<form class="flow back-in-stock" method="post" action="{HERE}">' in page.content.decode()

    answer = buyer.post(HERE, {"variant": mug.pk, "email": GRETA})
    assert (answer.status_code, answer["Location"]) == (303, HERE)
    work_until_idle()
    (question,) = server.script.mails
    assert (question["To"], question["Subject"]) == (GRETA, "Bitte bestätigen: Nachricht, wenn „Becher“ wieder da ist")
    confirming = path_in(question)
    assert "Ja, bitte benachrichtigen" in text_of(buyer.get(confirming))
    assert buyer.post(confirming, follow=True).status_code == 200
    assert "Wir sagen Ihnen Bescheid" in text_of(buyer.get(confirming))

    receive(variant_id=mug.pk, warehouse=shop.shenzhen, quantity=5, by="staff:1", at=shop.at)
    work_until_idle()

    _, news = server.script.mails
    assert (news["To"], news["Subject"]) == (GRETA, "Wieder auf Lager: Becher")
    assert "https://shop.tingyu.example/de/de/product/mug/?size=s\n" in text_in(news)
    assert list(Waiting.objects.values_list("state", "email", "address")) == [("told", "", "")]
    work_until_idle(after=timedelta(days=1))
    assert (Waiting.objects.count(), len(server.script.mails)) == (0, 2)
