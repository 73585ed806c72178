"""How messages leave for WeCom's robots, which stand under Alerts: straight, or through a proxy."""

from functools import partial
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.alerting.queries import is_used
from tradewind.core.connecting import STEPS, Connection
from tradewind.core.panels import Step, Trial, Values
from tradewind.core.probing import probe_https
from tradewind.core.proxies import check_proxy_parts, proxy_of, proxy_parts

KEY: Final = "wecom"
BASE: Final = "https://qyapi.weixin.qq.com"
_HOST: Final = "qyapi.weixin.qq.com"


def probe(values: Values) -> list[Step]:
    """As far as the certificate: nobody is posted to. Raises WrongPart."""
    check_proxy_parts(values)
    return probe_https(BASE, proxy=proxy_of(values, _HOST))


CONNECTION: Final = Connection(
    key=KEY,
    title=gettext_noop("WeCom"),
    purpose=gettext_noop("Robots that tell a group of staff what needs them. They are added under Alerts."),
    parts=proxy_parts(),
    check=check_proxy_parts,
    trials=(Trial(STEPS, gettext_noop("Test step by step"), lambda values, _email: probe(values)),),
    probe=probe,
    is_optional=True,
    is_used=partial(is_used, KEY),
)
