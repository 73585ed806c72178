"""Tell me when it is back: confirmed from the mailbox, told once, in order, and forgotten."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.core.cache import cache, caches
from django.db import transaction
from django.test import Client

from tests.messaging.mail_server import Running
from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.models import Product, Variant
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
    caches["counts"].clear()
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
    assert "Wir sagen Ihnen Bescheid Becher · " in text_of(buyer.get(confirming))
    assert 'href="/de/de/product/mug/?size=s"' in buyer.get(confirming).content.decode()

    receive(variant_id=mug.pk, warehouse=shop.shenzhen, quantity=5, by="staff:1", at=shop.at)
    work_until_idle()

    _, news = server.script.mails
    assert (news["To"], news["Subject"]) == (GRETA, "Wieder auf Lager: Becher")
    assert "https://shop.tingyu.example/de/de/product/mug/?size=s\n" in text_in(news)
    assert list(Waiting.objects.values_list("state", "email", "address")) == [("told", "", "")]
    work_until_idle(after=timedelta(days=1))
    assert (Waiting.objects.count(), len(server.script.mails)) == (0, 2)


def test_nobody_hears_of_goods_that_are_gone_again(shop: Shop, mug: Variant, work_until_idle: WorkUntilIdle) -> None:
    wait_for(mug, GRETA, at=shop.at)

    receive(variant_id=mug.pk, warehouse=shop.shenzhen, quantity=1, by="staff:1", at=shop.at)
    count(shop, 0)
    work_until_idle()

    assert told() == []
    assert Waiting.objects.get().state == Waiting.State.CONFIRMED


def test_those_who_asked_first_are_told_first_and_the_others_when_there_is_still_something(
    shop: Shop, mug: Variant
) -> None:
    wait_for(mug, *people(8), at=shop.at)
    count(shop, 1)
    at = shop.at + timedelta(hours=1)

    assert (waiting.tell(variant_id=mug.pk, at=at), told()) == (3, people(3))
    assert waiting.tell(variant_id=mug.pk, at=at + timedelta(minutes=10)) == 0
    assert waiting.tell_the_rest(at + waiting.WINDOW) == 3
    count(shop, 0)
    assert waiting.tell_the_rest(at + 2 * waiting.WINDOW) == 0
    assert told() == people(6)


def test_a_worker_that_dies_while_telling_has_told_nobody_and_the_next_one_tells_once(shop: Shop, mug: Variant) -> None:
    wait_for(mug, *people(2), at=shop.at)
    count(shop, 5)

    with pytest.raises(_Killed):
        _tell_and_die(mug, shop.at)

    assert (told(), Waiting.objects.filter(state=Waiting.State.CONFIRMED).count()) == ([], 2)
    assert waiting.tell(variant_id=mug.pk, at=shop.at) == 2
    assert (waiting.tell(variant_id=mug.pk, at=shop.at), told()) == (0, people(2))


def test_a_worker_that_dies_before_sending_leaves_the_message_to_the_next_one(
    shop: Shop, mug: Variant, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    wait_for(mug, GRETA, at=shop.at)
    count(shop, 5)
    waiting.tell(variant_id=mug.pk, at=shop.at)
    assert Message.objects.get(moment="back_in_stock").state == Message.State.PLANNED

    work_until_idle()
    work_until_idle(after=timedelta(hours=1))

    assert [mail["Subject"] for mail in server.script.mails if mail["To"] == GRETA].count(
        "Wieder auf Lager: Becher"
    ) == 1


class _Killed(Exception):
    """Stands for a process that ends in the middle."""


def _tell_and_die(mug: Variant, at: datetime) -> None:
    with transaction.atomic():
        assert waiting.tell(variant_id=mug.pk, at=at) == 2
        raise _Killed


def test_an_address_has_so_many_wishes_a_day_and_no_more(shop: Shop, mug: Variant) -> None:
    copies = [
        Variant.objects.create(product=shop.product, sku=f"MUG-{n}", options={"size": str(n)}, position=n, weight_g=1)
        for n in range(2, 2 + waiting.MOST_A_DAY)
    ]
    for variant in (mug, *copies):
        waiting.ask(variant=variant, email=GRETA, page=GERMAN, at=shop.at)

    assert Waiting.objects.count() == waiting.MOST_A_DAY
    waiting.ask(variant=copies[-1], email="jonas@example.com", page=GERMAN, at=shop.at)
    waiting.ask(variant=copies[-1], email=GRETA, page=GERMAN, at=shop.at + timedelta(days=1))
    assert Waiting.objects.filter(variant=copies[-1]).count() == 2


def test_the_same_wish_twice_is_one(shop: Shop, mug: Variant, work_until_idle: WorkUntilIdle) -> None:
    for spelling in (GRETA, GRETA.upper(), f" {GRETA} "):
        waiting.ask(variant=mug, email=spelling, page=GERMAN, at=shop.at)
    work_until_idle()

    assert (Waiting.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("confirmed", "after", "left"),
    [
        (False, waiting.CONFIRM_WITHIN - timedelta(seconds=1), 1),
        (False, waiting.CONFIRM_WITHIN, 0),
        (True, waiting.CONFIRM_WITHIN, 1),
        (True, waiting.KEPT - timedelta(seconds=1), 1),
        (True, waiting.KEPT, 0),
    ],
)
def test_a_wish_is_forgotten_when_its_time_is_over(
    shop: Shop, mug: Variant, confirmed: bool, after: timedelta, left: int
) -> None:
    waiting.ask(variant=mug, email=GRETA, page=GERMAN, at=shop.at)
    if confirmed:
        waiting.confirm(waiting_id=Waiting.objects.get().pk, at=shop.at)

    waiting.forget(shop.at + after)

    assert Waiting.objects.count() == left


def test_a_wish_for_goods_that_went_offline_is_told_to_nobody_and_forgotten(shop: Shop, mug: Variant) -> None:
    wait_for(mug, GRETA, at=shop.at)
    Product.objects.update(state=Product.State.OFFLINE)
    count(shop, 5)

    assert (waiting.tell(variant_id=mug.pk, at=shop.at), waiting.forget(shop.at)) == (0, 1)
    assert told() == []


def test_whoever_was_told_is_known_to_nobody(
    shop: Shop, mug: Variant, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    wait_for(mug, GRETA, at=shop.at)
    count(shop, 5)
    work_until_idle()

    assert list(Waiting.objects.values_list("email", "address", "state")) == [("", "", "told")]


def test_the_words_of_the_question_go_after_a_month_while_the_wish_stays(
    shop: Shop, mug: Variant, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    waiting.ask(variant=mug, email=GRETA, page=GERMAN, at=shop.at)
    work_until_idle()
    waiting.confirm(waiting_id=Waiting.objects.get().pk, at=shop.at)
    waiting.forget(shop.at + waiting.MESSAGES_KEPT)

    assert list(Message.objects.values_list("recipient", "text", "html")) == [("", "", "")]
    assert Waiting.objects.get().email == GRETA


def test_an_address_is_exported_and_erased_with_everything_that_knew_it(
    shop: Shop, mug: Variant, server: Running, work_until_idle: WorkUntilIdle
) -> None:
    waiting.ask(variant=mug, email=GRETA, page=GERMAN, at=shop.at)
    waiting.ask(variant=mug, email="jonas@example.com", page=GERMAN, at=shop.at)
    work_until_idle()

    wish, letter = waiting.export_of(GRETA.lower())
    assert (wish["sku"], wish["state"], letter["email"]) == ("MUG-S", "asked", GRETA)
    assert waiting.erase(GRETA) == 2
    assert (waiting.export_of(GRETA), waiting.erase(GRETA), waiting.erase("")) == ([], 0, 0)
    assert list(Waiting.objects.values_list("address", flat=True)) == ["jonas@example.com"]
