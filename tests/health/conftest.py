"""Letters that wake owners leave through a real mail server, as others do."""

from tests.messaging.conftest import sender, server

__all__ = ["sender", "server"]
