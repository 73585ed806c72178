"""Public references: short, random, readable aloud, and not guessable from one another."""

import secrets
from typing import Final

# Crockford's alphabet: no I, L, O, U, so that nothing is misread and no word appears by accident.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_ref(prefix: str, length: int = 10) -> str:
    """A reference such as `TW-7K3M9Q2XVB` (50 random bits at the usual length)."""
    return f"{prefix}-{''.join(secrets.choice(ALPHABET) for _ in range(length))}"
