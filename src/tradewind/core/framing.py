"""How a mail is shown inside a page: it is a stranger's. Nothing in it runs, asks or reaches us; links open in a window of their own."""

from typing import Final

STRANGER: Final = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}
