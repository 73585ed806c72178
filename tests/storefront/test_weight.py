"""A product page's style and scripts stay light enough for a slow phone."""

import gzip
import re
from http import HTTPStatus

from django.test import Client

MOST_BYTES = 25 * 1024


def test_style_and_scripts_of_a_product_page_fit_into_25_kilobytes(buyer: Client) -> None:
    page = buyer.get("/de/de/product/mug/").content.decode()
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js)\?v=[0-9a-f]{8})"', page)

    answers = [Client().get(address) for address in addresses]
    bytes_sent = sum(len(gzip.compress(b"".join(answer), mtime=0)) for answer in answers)

    assert [answer.status_code for answer in answers] == [HTTPStatus.OK] * 11
    assert [answer["Cache-Control"] for answer in answers] == ["max-age=31536000, public"] * 11
    assert bytes_sent < MOST_BYTES
