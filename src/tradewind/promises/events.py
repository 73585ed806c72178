"""Facts of promises."""

from dataclasses import dataclass

from tradewind.core.facts import fact


@fact("promises.made", about={"promise": "promise_id", "order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class PromiseMade:
    """Somebody was promised something."""

    promise_id: int
    order_id: int | None
    buyer_id: int | None
    kind: str


@fact("promises.renewed", about={"promise": "promise_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class PromiseRenewed:
    """A promise was replaced by a newer one."""

    promise_id: int
    order_id: int | None
    kind: str


@fact("promises.released", about={"promise": "promise_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class PromiseReleased:
    """A promise no longer applies."""

    promise_id: int
    order_id: int | None
    kind: str


@fact("promises.settled", about={"promise": "promise_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class PromiseKept:
    """What was promised has happened, in time or too late."""

    promise_id: int
    order_id: int | None
    kind: str
    in_time: bool


@fact("promises.broken", about={"promise": "promise_id", "order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class PromiseBroken:
    """The time of a promise passed, and nothing had kept it."""

    promise_id: int
    order_id: int | None
    buyer_id: int | None
    kind: str


@fact("promises.not_known", about={"promise": "promise_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class PromiseNotKnown:
    """The time of a promise passed, and nobody could see whether it was kept: neither kept nor broken, until somebody says."""

    promise_id: int
    order_id: int | None
    kind: str


@fact("promises.at_risk", about={"promise": "promise_id", "order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class PromiseAtRisk:
    """What we know says that a promise will break. It is still open. `risk` is a code."""

    promise_id: int
    order_id: int | None
    buyer_id: int | None
    kind: str
    risk: str


@fact("promises.safe_again", about={"promise": "promise_id", "order": "order_id"})
@dataclass(frozen=True, slots=True)
class PromiseSafeAgain:
    """The risk is over, and the promise is open as before."""

    promise_id: int
    order_id: int | None
    kind: str
