"""Many orders with real texts: a few dozen made as the house makes them, then copied by the database under other numbers.

Every copy has a number, a buyer's address and a minute of its own, two lines, and a document to be found by.
"""

from datetime import datetime, timedelta
from itertools import product
from typing import Final

from django.core.management.color import no_style
from django.db import connection, models, transaction

from tradewind.core.accounts import account_named
from tradewind.core.models import SearchDocument
from tradewind.core.search import index
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.searching import KIND, order_texts
from tradewind.orders.states import OrderState

_NUMBER: Final = "numbertobe"
_MAILBOX: Final = "mailboxtobe"
_ACCOUNTS: Final = (("own shop two", "file"), ("Amazon one", "amazon"), ("Amazon two", "amazon"), ("eBay", "ebay"))
_PLACES: Final = (
    ("DE", "EUR", "Greta Behrens", "Große Elbstraße 5", "22767", "Hamburg"),
    ("US", "USD", "Owen Pryce", "1400 Market Street", "94103", "San Francisco"),
    ("GB", "GBP", "Ada Whitfield", "12 Queen Square", "BS1 4NT", "Bristol"),
    ("JP", "JPY", "佐藤 花子", "北区天神橋1-2-3", "530-0041", "大阪市"),
)
_MAILBOXES: Final = 300_000


def build_orders(orders: int, *, at: datetime) -> int:
    """Fill a migrated database; returns how many orders there are. The newest are those to be paid and to be sent."""
    with transaction.atomic():
        templates = [_template(number, *each, at=at) for number, each in enumerate(product(_ACCOUNTS, _PLACES))]
        rounds = -(-orders // len(templates))
        _run(f"CREATE TEMPORARY TABLE again AS {_numbers(rounds)} SELECT i FROM n")  # noqa: S608  # a number

        def number_of(column: str) -> str:
            """Of the copy, where the template has this number."""
            return f"again.i * {len(templates)} + o.{column}"

        subject = number_of("subject_id")
        tokens = f"REPLACE(REPLACE(o.tokens, '{_NUMBER}', {_text(subject)}), '{_MAILBOX}', {_mailbox(subject)})"
        documents = f"again CROSS JOIN core_searchdocument o WHERE o.kind = '{KIND}'"
        _copy(Order, _changes(number_of("id")), "again CROSS JOIN orders_order o")
        _copy(SearchDocument, {"subject_id": subject, "tokens": tokens}, documents)
        _copy(OrderLine, {"order_id": number_of("order_id")}, "again CROSS JOIN orders_orderline o")
        for statement in connection.ops.sequence_reset_sql(no_style(), [Order, OrderLine, SearchDocument]):
            _run(statement)
        Order.objects.filter(pk__gt=orders - 300).update(state=OrderState.PAID)
    return Order.objects.count()


def _template(number: int, account: tuple[str, str], place: tuple[str, ...], *, at: datetime) -> Order:
    country, currency, name, line1, postcode, city = place
    order = Order.objects.create(
        ref=f"TW-{_NUMBER}{number}",
        external_id="",
        account=account_named(account[0], channel=account[1], at=at),
        state=OrderState.COMPLETED,
        email=f"{_MAILBOX}@example.com",
        ship_to={"name": name, "line1": line1, "postcode": postcode, "city": city, "country": country},
        country=country,
        language="en",
        currency=currency,
        goods=2000,
        delivery=690,
        total=2690,
        placed_at=at - timedelta(seconds=number),
    )
    lines = [
        OrderLine(order=order, position=1, sku=f"CUP-{number}", title="Mug", quantity=1, unit=20, total=2000),
        OrderLine(order=order, position=2, kind="delivery", title="Air mail", quantity=1, unit=7, total=690),
    ]
    for line in lines:
        line.save()
    index(
        KIND,
        order.pk,
        order_texts(Order(ref=f"TW-{_NUMBER}", email=order.email, ship_to=order.ship_to, country=country), lines),
    )
    return order


def _changes(number: str) -> dict[str, str]:
    is_sqlite = connection.vendor == "sqlite"
    # A minute apart: a million of them are two years.
    earlier = (
        "strftime('%Y-%m-%d %H:%M:%f', o.placed_at, '-' || again.i || ' minutes')"
        if is_sqlite
        else "o.placed_at - again.i * interval '1 minute'"
    )
    return {
        "id": number,
        "ref": f"'TW-' || {_text(number)}",
        "email": f"{_mailbox(number)} || '@example.com'",
        "placed_at": earlier,
        "cart_key": "NULL",
        # Of ten orders of a running business eight are done.
        "state": "CASE again.i %% 10 WHEN 0 THEN 'dispatched' WHEN 1 THEN 'cancelled' ELSE 'completed' END",
    }


def _text(number: str) -> str:
    """Nine digits, as a text."""
    return f"SUBSTR(CAST(1000000000 + {number} AS text), 2)"


def _mailbox(number: str) -> str:
    return f"('buyer' || ({number}) %% {_MAILBOXES})"


def _copy(model: type[models.Model], changes: dict[str, str], source: str) -> None:
    columns = [field.column for field in model._meta.concrete_fields if field.column != "id" or "id" in changes]
    names, values = ", ".join(columns), ", ".join(changes.get(column, f"o.{column}") for column in columns)
    _run(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} FROM {source}")  # noqa: S608  # names of our own


def _numbers(rounds: int) -> str:
    return f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rounds})"  # noqa: S608


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [])
