"""The mail port over a provider's HTTP interface."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tradewind.connectors.mailpost.provider import Provider
from tradewind.core import http
from tradewind.core.deliveries import OutcomeUnknown
from tradewind.core.work import NeedsAttention, Refused
from tradewind.messaging.ports import Accepted, AskedForSlowness, OutgoingMail
from tradewind.messaging.ways_out import PROVIDER

# Statuses that say something of the letter itself; all others are about us.
_ABOUT_THE_LETTER: Final = frozenset({"400", "413", "422"})


@dataclass(frozen=True, slots=True)
class ProviderTransport:
    """Hands letters to one provider, from any thread. `base` is another one for tests."""

    provider: Provider
    key: str
    base: str = ""

    def send(self, mail: OutgoingMail) -> Accepted:
        """Hand one mail over. Raises TransactionOpen, TryAgain, AskedForSlowness, Refused, NeedsAttention, OutcomeUnknown."""
        asked = self.provider.request(mail)
        headers = dict(self.provider.login(self.key))
        try:
            answer = http.send(
                "POST", self._place(asked.path), connection=PROVIDER, json=dict(asked.json), headers=headers
            )
        except http.Busy as problem:
            raise AskedForSlowness(problem.after, str(problem), is_from_all=True) from problem
        except http.AnswerTooLarge as problem:
            raise OutcomeUnknown(words=f"{self.provider.title} answers without end") from problem
        except Refused as problem:
            return self._heed(self._no(problem))
        told = _object_in(answer.text)
        if told is None:
            raise OutcomeUnknown(words=f"{self.provider.title} took it, and answers strangely: {answer.text[:200]}")
        return self._heed(self.provider.taken(told))

    def ask_account(self) -> None:
        """Does it take the key? Raises TryAgain, Refused, NeedsAttention."""
        place = self._place(self.provider.account)
        http.send("GET", place, connection=PROVIDER, headers=dict(self.provider.login(self.key)))

    def _place(self, path: str) -> str:
        return f"{self.base or self.provider.base}{path}"

    def _no(self, problem: Refused) -> Accepted | Refused | NeedsAttention:
        if problem.code in _ABOUT_THE_LETTER:
            return self.provider.not_taken(problem.code, _object_in(problem.words) or {"message": problem.words})
        return NeedsAttention(f"{self.provider.title} takes no letters: {problem}")

    def _heed(self, said: Accepted | Refused | NeedsAttention) -> Accepted:
        if isinstance(said, Accepted):
            return said
        raise said


def _object_in(text: str) -> Mapping[str, Any] | None:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
