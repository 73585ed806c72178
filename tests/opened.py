"""The small shop of most tests: opened once for each worker, through the activities, and copied for each test.

Opening took a third of the time of all tests that want a shop.
"""

import pickle
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Model

from tests.keeping import filled, number_on, put_aside, put_back
from tests.shop import Shop, open_shop

NAME = "opened"


class NotAlone(Exception):
    """Opening a shop wrote to tables that had rows before: a copy would lack what it wrote there."""


@dataclass(frozen=True)
class KeptShop:
    at: datetime
    models: list[type[Model]]
    handles: bytes

    def open_again(self) -> Shop:
        """The same shop as `open_shop` opens; by the same way where a test has been here before or needs commits."""
        if not connection.in_atomic_block or set(filled()) & set(self.models):
            return open_shop(self.at)
        put_back(NAME, self.models)
        shop: Shop = pickle.loads(self.handles)  # noqa: S301  made by ourselves a moment ago
        return shop


def open_once(at: datetime) -> KeptShop:
    """Into a database in which no test is at work."""
    with transaction.atomic():
        before = {model: list(model._base_manager.values_list()) for model in filled()}
        number_on()
        shop = open_shop(at)
        for model, rows in before.items():
            if list(model._base_manager.values_list()) != rows:
                raise NotAlone(model)
        return KeptShop(at, put_aside(NAME, besides=list(before)), pickle.dumps(shop))
