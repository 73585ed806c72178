"""Answers and bodies beyond orders as the document shows them, from the small shop of the guide."""

from typing import Any, Final

Answer = dict[str, Any]

_HEAD: Final[Answer] = {
    "slug": "mug",
    "state": "live",
    "category": "kitchen",
    "title": {"en": "Mug", "de": "Becher", "zh": "马克杯"},
    "version": 0,
    "published_version": 1,
    "is_available": True,
    "created_at": "2026-11-23T06:00:00Z",
}


def _variant(sku: str, size: str, available: int) -> Answer:
    return {
        "sku": sku,
        "options": {"size": size},
        "is_offered": True,
        "available": available,
        "weight_g": 400,
        "package_mm": None,
        "net_content": None,
        "hs_code": None,
        "origin": None,
    }


PRODUCT: Final[Answer] = {
    **_HEAD,
    "subtitle": {"en": "Mug", "de": "Becher", "zh": "马克杯"},
    "points": {"en": ["Mug"], "de": ["Becher"], "zh": ["马克杯"]},
    "description": {"en": ["Mug"], "de": ["Becher"], "zh": ["马克杯"]},
    "box": {"en": ["1 mug"]},
    "warnings": {},
    "facts": [{"key": "material", "name": {"en": "Material"}, "value": {"en": "Stoneware", "de": "Steinzeug"}}],
    "options": [
        {
            "key": "size",
            "name": {"en": "Size", "de": "Größe", "zh": "尺寸"},
            "values": [
                {"key": "s", "name": {"en": "small"}, "swatch": None},
                {"key": "l", "name": {"en": "large"}, "swatch": None},
            ],
        }
    ],
    "variants": [_variant("MUG-S", "s", 8), _variant("MUG-L", "l", 9)],
    "gaps": [],
}
PRICES: Final[Answer] = {
    "sku": "MUG-S",
    "prices": [
        {"market": "de", "price": {"minor": 1090, "currency": "EUR", "decimal": "10.90"}, "unit_price": None},
        {"market": "world", "price": {"minor": 900, "currency": "USD", "decimal": "9.00"}, "unit_price": None},
    ],
}
STOCK: Final[Answer] = {
    "sku": "MUG-S",
    "warehouse": "shenzhen",
    "on_hand": 12,
    "reserved": 2,
    "free": 10,
    "shelf": None,
}
MEDIUM: Final[Answer] = {
    "id": 1,
    "role": "front",
    "state": "ready",
    "problem": None,
    "is_live": True,
    "origin": "own",
    "permission": None,
    "alt": {"en": "A mug"},
    "shows": {},
    "crop": None,
    "address": "/media/demo/mug-1200.webp",
}
BUYER: Final[Answer] = {
    "ref": "B-4T8W2N6RCE",
    "name": "Greta Öztürk",
    "emails": ["greta@example.com"],
    "language": "de",
    "country": "DE",
    "orders": 1,
    "last_order_at": "2026-11-23T06:00:00Z",
    "created_at": "2026-11-23T06:00:00Z",
}
_REFUND: Final[Answer] = {
    "ref": "R-5J8W3C6M1T",
    "payment": "PI-9X5D1H7JQA",
    "amount": {"minor": 690, "currency": "EUR", "decimal": "6.90"},
    "state": "planned",
    "reason": "by_program",
    "created_at": "2026-11-23T06:30:00Z",
    "confirmed_at": None,
}
MOVED: Final[Answer] = {"ref": "TW-7K3M9Q2X", "state": "dispatched"}
_PAPER: Final[Answer] = {
    "ref": "PA-3W9K7D2MX5R8T0QB",
    "kind": "invoice",
    "number": "INV1-2026-00001",
    "issued_at": "2026-11-23T06:02:00Z",
    "total": {"minor": 3690, "currency": "EUR", "decimal": "36.90"},
    "address": "/api/v1/orders/TW-7K3M9Q2X/papers/PA-3W9K7D2MX5R8T0QB",
}
_PARCEL: Final[Answer] = {
    "ref": "PC-6D2R9W4XKE",
    "order": "TW-7K3M9Q2X",
    "carrier": "China Post",
    "tracking_number": "RR123456785CN",
    "country": "DE",
    "handed_over_at": "2026-11-24T02:10:00Z",
    "state": "customs",
    "reason": "processing",
    "first_scan_at": "2026-11-24T11:40:00Z",
    "delivered_at": None,
    "arrival_told_by": None,
    "due_at": "2026-12-04T23:00:00Z",
    "replaced_at": None,
    "refunded_at": None,
    "troubles": ["silent"],
}
_HOOK: Final[Answer] = {
    "ref": "WH-8Q2M5T7K1R",
    "name": "warehouse",
    "address": "https://erp.example/hooks/tradewind",
    "kinds": ["order.paid", "order.cancelled"],
    "accounts": None,
    "is_active": True,
    "failing_since": None,
    "off_because": None,
    "created_at": "2026-11-23T06:00:00Z",
}
_MADE: Final[Answer] = {**_HOOK, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw2Kd7Q0R9XW4="}
_MESSAGE: Final[Answer] = {
    "id": "msg_3f6a1c09d2b84e57a0c1d2e3f4a5b6c7",
    "kind": "webhook.test",
    "state": "delivered",
    "created_at": "2026-11-23T06:00:00Z",
    "body": '{"type":"webhook.test","version":1,"timestamp":"2026-11-23T06:00:00Z","data":{"subscription":"WH-8Q2M5T7K1R"}}',
    "attempts": [{"at": "2026-11-23T06:00:01Z", "took_ms": 118, "status": 200, "text": "ok"}],
}

ANSWERS: Final[dict[str, Answer]] = {
    "listProducts": {"products": [_HEAD], "next": None},
    "getProduct": PRODUCT,
    "createProduct": PRODUCT,
    "changeProduct": PRODUCT,
    "publishProduct": PRODUCT,
    "withdrawProduct": PRODUCT,
    "returnProduct": PRODUCT,
    "listPrices": PRICES,
    "setPrice": PRICES,
    "listStock": {"stock": [STOCK], "next": None},
    "getStock": STOCK,
    "countStock": STOCK,
    "moveStock": STOCK,
    "setShelf": {**STOCK, "on_hand": 10, "free": 8, "shelf": "A-03-2"},
    "listMedia": {"media": [MEDIUM]},
    "addMedia": MEDIUM,
    "describeMedia": MEDIUM,
    "refundOrder": {"refunds": [_REFUND]},
    "listBuyers": {"buyers": [BUYER], "next": None},
    "getBuyer": BUYER,
    "dispatchOrder": MOVED,
    "cancelOrder": {"ref": "TW-7K3M9Q2X", "state": "cancelled"},
    "listPapers": {"papers": [_PAPER]},
    "listWebhooks": {"webhooks": [_HOOK]},
    "getWebhook": _HOOK,
    "createWebhook": _MADE,
    "changeWebhook": _HOOK,
    "renewWebhookSecret": _MADE,
    "tellParcelNumber": _PARCEL,
    "tellParcelArrival": {
        **_PARCEL,
        "state": "delivered",
        "reason": None,
        "delivered_at": "2026-12-03T11:00:00Z",
        "arrival_told_by": "program",
        "troubles": [],
    },
    "listParcels": {
        "parcels": [_PARCEL],
        "next": None,
    },
    "listWebhookMessages": {"messages": [_MESSAGE], "next": None},
    "testWebhook": {**_MESSAGE, "state": "waiting", "attempts": []},
    "resendWebhookMessage": {**_MESSAGE, "state": "waiting"},
}

BODIES: Final[dict[str, Answer]] = {
    "createProduct": {
        "slug": "tea-bowl",
        "category": "kitchen",
        "title": {"en": "Tea bowl"},
        "description": {"en": ["Holds 180 ml.", "Fired at 1280 °C."]},
        "options": [
            {
                "key": "colour",
                "name": {"en": "Colour"},
                "values": [{"key": "celadon", "name": {"en": "Celadon"}, "swatch": "#a8c3a5"}],
            }
        ],
        "variants": [{"sku": "BOWL-C", "options": {"colour": "celadon"}, "weight_g": 210, "origin": "CN"}],
    },
    "changeProduct": {"version": 2, "title": {"de": "Teeschale"}},
    "withdrawProduct": {"reason": "the glaze is being changed"},
    "setPrice": {"minor": 1090, "currency": "EUR", "reason": "glaze costs more"},
    "countStock": {"counted": 12, "reason": "count of Monday"},
    "moveStock": {"change": -1, "reason": "broken"},
    "setShelf": {"shelf": "A-03-2"},
    "dispatchOrder": {
        "carrier": "DHL",
        "tracking_number": "00340434161094042557",
        "address_changes": 0,
        "goods_changes": 0,
    },
    "tellParcelArrival": {"arrived_on": "2026-12-03"},
    "tellParcelNumber": {"carrier": "China Post", "tracking_number": "RR123456785CN"},
    "cancelOrder": {"reason": "no_stock"},
    "refundOrder": {"minor": 690, "currency": "EUR"},
    "describeMedia": {"role": "front", "alt": {"de": "Ein Becher"}, "shows": {"size": "s"}, "place": 1},
    "createWebhook": {
        "name": "warehouse",
        "address": "https://erp.example/hooks/tradewind",
        "kinds": ["order.paid", "order.cancelled"],
    },
    "changeWebhook": {"is_active": False},
}
