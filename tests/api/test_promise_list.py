"""The list of promises: by due time, page by page, within reach, and what is wrongly asked is refused in words."""

from datetime import timedelta

import pytest

from tests.api.test_writing_products import Program
from tests.shop import Shop
from tradewind.cli.main import main
from tradewind.core.models import Staff
from tradewind.core.staff import KeyLimits, create_token
from tradewind.promises.making import Told, make
from tradewind.promises.models import Promise
from tradewind.promises.risking import put_at_risk

DAY = timedelta(days=1)


def _promise(shop: Shop, number: int, *, account_id: int, days: int) -> Promise:
    told = Told(until=shop.at + days * DAY, zone="Europe/Berlin", account_id=account_id)
    return make(Promise.Kind.ANSWER, told, subject=("order", number), at=shop.at)


def test_promises_are_listed_by_due_time_and_filtered(
    shop: Shop, owner: Staff, capsys: pytest.CaptureFixture[str]
) -> None:
    order = shop.place(shop.cart((shop.small, 1))).order
    ours = [_promise(shop, order.pk + number, account_id=order.account_id, days=5 - number) for number in range(4)]
    _promise(shop, order.pk + 9, account_id=order.account_id + 1, days=1)
    put_at_risk(promise_id=ours[0].pk, risk="no_scan", at=shop.at)
    limits = KeyLimits((order.account_id,), None)
    secret = create_token(name="p", scopes=["orders:read"], by=owner, at=shop.at, limits=limits)[1]
    program = Program(secret)

    first = program("GET", "/promises?kind=answer&limit=3").json()
    rest = program("GET", f"/promises?kind=answer&limit=3&after={first['next']}").json()
    due = [each["due_at"] for each in (*first["promises"], *rest["promises"])]
    assert due == [f"2026-11-{day}T06:00:00Z" for day in (25, 26, 27, 28)]
    assert rest["next"] is None
    assert program("GET", "/promises?kind=dispatch").json()["promises"][0]["told"] == [
        {"where": "checkout", "at": "2026-11-23T06:00:00Z"}
    ]
    [risky] = program("GET", "/promises?at_risk=true").json()["promises"]
    assert (risky["order"], risky["risk"], risky["is_at_risk"]) == (order.ref, "no_scan", True)
    assert len(program("GET", "/promises?due_before=2026-11-27T00:00:00Z").json()["promises"]) == 3
    assert program("GET", "/promises?state=&kind=&due_before=").json() == program("GET", "/promises").json()
    assert program("GET", "/promises?state=open").json()["errors"][0]["detail"].startswith("Choose one of made, kept")

    with pytest.raises(SystemExit):
        main(["promises", "due"])
    assert f"2026-11-28T06:00:00Z  answer       at_risk  {order.ref}" in capsys.readouterr().out.splitlines()
