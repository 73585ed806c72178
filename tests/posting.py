"""A way out for mail that keeps what leaves, for tests that ask what buyers hear and not how mail travels."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tradewind.messaging import ports
from tradewind.messaging.ports import Accepted, OutgoingMail


@dataclass
class Post:
    """What has left, and what goes wrong at the next mails, in turn."""

    mails: list[OutgoingMail] = field(default_factory=list)
    problems: deque[Exception] = field(default_factory=deque)

    def send(self, mail: OutgoingMail) -> Accepted:
        if self.problems:
            raise self.problems.popleft()
        self.mails.append(mail)
        return Accepted("250 kept")


@contextmanager
def open_post() -> Iterator[Post]:
    post = Post()
    ports.fill(post)
    try:
        yield post
    finally:
        ports.fill(None)
