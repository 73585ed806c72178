"""A letter to oneself, in the words that are being written."""

import pytest
from django.test import Client

from tests.console.making import client_of, make_staff
from tests.messaging.mail_server import Running
from tests.messaging.rewording import TITLE, write
from tests.shipping.troubled import sent
from tests.shop import Shop
from tradewind.core.models import Delivery
from tradewind.core.models.staff import Role
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message

pytestmark = pytest.mark.django_db
ADDRESS = "/console/messages/moments/order_confirmed/test"


@pytest.fixture
def owner() -> Client:
    return client_of(make_staff(Role.OWNER))


def test_a_letter_is_tried_out_at_ones_own_address_once_and_its_words_are_forgotten(
    shop: Shop, owner: Client, server: Running
) -> None:
    order = sent(shop).order
    Message.objects.all().delete()
    Delivery.objects.all().delete()
    write(TITLE, "de", "Danke, dass Sie bei uns kaufen")
    post = {"order": order.ref, "language": "de", "drafts": "1", "key": "k1"}

    answers = [owner.post("/console/messages/moments/order_confirmed/test", post) for _ in range(2)]
    run_until_idle(now=utc_now)

    assert [answer.status_code for answer in answers] == [302, 302]
    mails = [mail for mail in server.script.mails if mail["To"] == "owner@shop.example"]
    assert len(mails) == 1
    assert "Danke, dass Sie bei uns kaufen" in mails[0].get_body(("html",)).get_content()  # type: ignore[union-attr]
    row = Message.objects.get(moment="letter_test:k1")
    assert (row.state, row.recipient, row.text, row.html) == ("sent", "owner@shop.example", "", "")


def test_nothing_is_tried_for_an_order_that_there_is_not(shop: Shop, owner: Client) -> None:
    assert owner.post(ADDRESS, {"order": "TW-NONE", "language": "de", "key": "k1"}).status_code == 404
    assert owner.post(ADDRESS.replace("order_confirmed", "special_notice"), {"key": "k1"}).status_code == 404
    assert not Message.objects.exists()
