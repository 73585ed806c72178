"""Refusals as the document shows them. The tests compare them with what a shop really answers, and with docs/api.md."""

from typing import Any, Final

REFUSALS: Final[dict[int, dict[str, Any]]] = {
    400: {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "code": "unreadable",
        "detail": "The body could not be read. Send JSON in UTF-8.",
        "errors": [],
    },
    401: {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "code": "no_key",
        "detail": "This address needs a key. Send it in the header Authorization: Bearer <key>. The owner of the "
        "shop makes one with: tradewind token create NAME --scope orders:read",
        "errors": [],
    },
    403: {
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
        "code": "scope_missing",
        "detail": "This key opens, but without the scope orders:read, which this address needs. Ask the owner of "
        "the shop for one that has it: tradewind token create NAME --scope orders:read",
        "errors": [],
    },
    404: {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "code": "no_such_order",
        "detail": "No order has this reference. References look like TW-7K3M9Q2X; find them with /api/v1/orders?q=…",
        "errors": [],
    },
    409: {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "code": "outdated",
        "detail": "The draft is at version 2 now. Read it again, and make the change from that.",
        "errors": [],
    },
    413: {
        "type": "about:blank",
        "title": "Content Too Large",
        "status": 413,
        "code": "too_large",
        "detail": "The body is too long. Send less at once.",
        "errors": [],
    },
    422: {
        "type": "about:blank",
        "title": "Unprocessable Content",
        "status": 422,
        "code": "wrong_values",
        "detail": "Some values cannot be used. Nothing was done; put right what stands in errors and ask again.",
        "errors": [
            {
                "name": "state",
                "pointer": None,
                "detail": "Choose one of awaiting_payment, paid, dispatched, delivered, completed, cancelled, merged.",
            },
            {"name": "limit", "pointer": None, "detail": "Write a whole number from 1 to 200."},
        ],
    },
    429: {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "code": "too_many_requests",
        "detail": "This key may ask 600 times a minute, and has. Ask again in 42 seconds; the headers RateLimit and "
        "RateLimit-Policy say how much is left.",
        "errors": [],
    },
}
