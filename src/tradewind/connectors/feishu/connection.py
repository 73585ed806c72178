"""Feishu's robots, which stand under Alerts, as an owner sets up the way to them on a page."""

from typing import Final

from django.utils.translation import gettext_noop

from tradewind.alerting.connecting import connection_of

KEY: Final = "feishu"
BASE: Final = "https://open.feishu.cn"
CONNECTION: Final = connection_of(KEY, gettext_noop("Feishu"), BASE)
