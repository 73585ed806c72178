"""The signature of letters on its page: keys are made by saving, shown to nobody, and their public halves are there to paste."""

import html
import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tradewind.connectors.smtp.dkim import DKIM, KEY, signer_of
from tradewind.connectors.smtp.signing import record_of
from tradewind.core import panels

PAGE = "/console/connections/dkim"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_domain(settings: Settings) -> None:
    settings.MAIL_FROM = "hello@tingyu.example"


def post(client: Client, **data: str) -> tuple[int, str]:
    (seen,) = re.findall('name="seen" value="([^"]*)"', client.get(PAGE).content.decode())
    answer = client.post(f"{PAGE}/saving", {"seen": seen, **data})
    return answer.status_code, html.unescape(answer.content.decode())


def test_saving_makes_the_keys_and_the_page_shows_what_belongs_into_dns(console: Client) -> None:
    saved, _ = post(console, selector="tw2026", sign="off")
    status, page = post(console, test="records")

    signer = signer_of(panels.read(KEY))
    assert signer is not None
    assert (saved, status) == (302, 200)
    for name, signature in zip(("tw2026", "tw2026e"), signer.signatures, strict=True):
        assert f"name {name}._domainkey.tingyu.example, value {record_of(signature.pem)}" in page
    assert "PRIVATE KEY" not in page
    assert signer.signatures[0].pem.splitlines()[1] not in page


def test_nobody_can_put_a_key_of_their_own_there(console: Client) -> None:
    post(console, selector="tw2026", sign="off", rsa="-----BEGIN PRIVATE KEY-----", ed25519="mine")

    assert panels.stored(DKIM).values["rsa"] != "-----BEGIN PRIVATE KEY-----"
    assert 'name="rsa"' not in console.get(PAGE).content.decode()


def test_a_wrong_name_is_said_beside_its_field(console: Client) -> None:
    status, page = post(console, selector="TW 2026", sign="on")

    assert (status, "Please write up to 30 small Latin letters and digits" in page) == (422, True)
    assert not panels.is_set(KEY)
