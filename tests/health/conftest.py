"""Letters that wake owners leave through a real mail server, as others do."""

from tests.messaging.conftest import sender, server, work_until_idle

__all__ = ["sender", "server", "work_until_idle"]
