"""Answers as the document shows them. The tests compare them with what a shop really answers, and with docs/api.md."""

from typing import Any, Final

from tradewind.api import more_examples, quote_example
from tradewind.api.refusal_examples import REFUSALS

__all__ = ["ANSWERS", "BODIES", "LIST", "ME", "ORDER", "REFUSALS"]

Answer = dict[str, Any]


def _eur(minor: int, decimal: str) -> Answer:
    return {"minor": minor, "currency": "EUR", "decimal": decimal}


LIST: Final[Answer] = {
    "orders": [
        {
            "ref": "TW-2V8NA4FT6C",
            "external_id": "026-4417091-1185938",
            "kind": "sale",
            "state": "awaiting_payment",
            "placed_at": "2026-11-23T06:30:00Z",
            "account": "amazon uk",
            "channel": "file",
            "country": "GB",
            "buyer_name": "Owen Pryce",
            "items": 2,
            "total": {"minor": 2690, "currency": "GBP", "decimal": "26.90"},
            "is_priced": True,
        }
    ],
    "next": "MjAyNi0xMS0yM1QwNjozMDowMFp-MTA0MjA3",
}

ORDER: Final[Answer] = {
    "ref": "TW-7K3M9Q2X",
    "external_id": None,
    "kind": "sale",
    "state": "paid",
    "placed_at": "2026-11-23T06:00:00Z",
    "account": "own shop",
    "channel": "own",
    "country": "DE",
    "buyer_name": "Greta Öztürk",
    "items": 3,
    "total": _eur(3690, "36.90"),
    "is_priced": True,
    "market": "de",
    "goods": _eur(3000, "30.00"),
    "delivery": _eur(690, "6.90"),
    "discount": _eur(0, "0.00"),
    "tax": _eur(589, "5.89"),
    "tax_included": True,
    "tax_name": "19 % VAT",
    "at_door": [],
    "paid": _eur(3690, "36.90"),
    "delivery_option": "de-air",
    "payment_method": "card",
    "buyer": {"ref": "B-4T8W2N6RCE", "name": "Greta Öztürk", "email": "greta@example.com", "language": "de"},
    "ship_to": {
        "name": "Greta Öztürk",
        "company": "",
        "line1": "Große Elbstraße 5",
        "line2": "",
        "district": "",
        "postcode": "22767",
        "city": "Hamburg",
        "region": "",
        "country": "DE",
        "phone": "",
        "tax_id": "",
    },
    "gift_note": None,
    "lines": [
        {
            "kind": "goods",
            "sku": "MUG-S",
            "title": "Becher",
            "options": "small",
            "quantity": 2,
            "unit": "10.0000",
            "total": _eur(2000, "20.00"),
            "tax_rate": "19.000",
            "tax": _eur(319, "3.19"),
            "dispatched": 0,
        },
        {
            "kind": "goods",
            "sku": "MUG-L",
            "title": "Becher",
            "options": "large",
            "quantity": 1,
            "unit": "10.0000",
            "total": _eur(1000, "10.00"),
            "tax_rate": "19.000",
            "tax": _eur(160, "1.60"),
            "dispatched": 0,
        },
        {
            "kind": "delivery",
            "sku": None,
            "title": "de-air",
            "options": "",
            "quantity": 1,
            "unit": "6.9000",
            "total": _eur(690, "6.90"),
            "tax_rate": "19.000",
            "tax": _eur(110, "1.10"),
            "dispatched": 0,
        },
    ],
    "promises": [
        {
            "kind": "dispatch",
            "state": "made",
            "first_day": "2026-11-24",
            "last_day": "2026-11-24",
            "zone": "Asia/Shanghai",
            "due_at": "2026-11-24T16:00:00Z",
        },
        {
            "kind": "delivery",
            "state": "made",
            "first_day": "2026-12-02",
            "last_day": "2026-12-10",
            "zone": "Europe/Berlin",
            "due_at": "2026-12-10T23:00:00Z",
        },
    ],
    "payments": [
        {
            "ref": "PI-9X5D1H7JQA",
            "method": "card",
            "provider": "simulator",
            "provider_ref": "SIM-3F6Z8YK0PV",
            "state": "paid",
            "due": _eur(3690, "36.90"),
            "received": _eur(3690, "36.90"),
            "created_at": "2026-11-23T06:00:00Z",
            "settled_at": "2026-11-23T06:02:00Z",
        }
    ],
    "refunds": [],
    "parcels": [],
    "address_changes": 0,
    "goods_changes": 0,
}

PROMISES: Final[Answer] = {
    "promises": [
        {
            "kind": "dispatch",
            "state": "made",
            "first_day": "2026-11-24",
            "last_day": "2026-11-24",
            "zone": "Asia/Shanghai",
            "due_at": "2026-11-24T16:00:00Z",
            "order": "TW-7K3M9Q2X",
            "is_at_risk": False,
            "risk": None,
            "made_at": "2026-11-23T06:00:00Z",
            "fulfilled_at": None,
            "told": [
                {"where": "checkout", "at": "2026-11-23T06:00:00Z"},
                {"where": "letter.order_confirmed", "at": "2026-11-23T06:02:00Z"},
            ],
        }
    ],
    "next": None,
}

ME: Final[Answer] = {
    "name": "warehouse screen",
    "scopes": ["orders:read"],
    "expires_at": "2099-01-01T00:00:00Z",
    "accounts": None,
}

ANSWERS: Final[dict[str, Answer]] = {
    "listOrders": LIST,
    "getOrder": ORDER,
    "listPromises": PROMISES,
    "getQuotes": quote_example.QUOTES,
    "getMe": ME,
    **more_examples.ANSWERS,
}
BODIES: Final[dict[str, Answer]] = more_examples.BODIES
