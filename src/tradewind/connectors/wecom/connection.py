"""WeCom's robots, which stand under Alerts, as an owner sets up the way to them on a page."""

from typing import Final

from django.utils.translation import gettext_noop

from tradewind.alerting.connecting import connection_of

KEY: Final = "wecom"
BASE: Final = "https://qyapi.weixin.qq.com"
CONNECTION: Final = connection_of(KEY, gettext_noop("WeCom"), BASE)
