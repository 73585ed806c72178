"""Where a visitor comes from, in words that can be summed: a campaign, a search engine, a social network, a site, or directly."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

DIRECT: Final = "direct"
LONGEST: Final = 60
_SEARCH: Final = re.compile(
    r"(?:^|\.)(google|bing|baidu|duckduckgo|yahoo|yandex|ecosia|naver|qwant|startpage|sogou|so)\.[a-z.]+$"
)
_SOCIAL: Final = {
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "messenger.com": "facebook",
    "instagram.com": "instagram",
    "pinterest.com": "pinterest",
    "tiktok.com": "tiktok",
    "twitter.com": "x",
    "x.com": "x",
    "t.co": "x",
    "reddit.com": "reddit",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "linkedin.com": "linkedin",
    "vk.com": "vk",
    "weibo.com": "weibo",
    "xiaohongshu.com": "xiaohongshu",
    "whatsapp.com": "whatsapp",
    "line.me": "line",
}
_UNFIT: Final = re.compile(r"[^\w.:+-]+")


def source_of(query: Mapping[str, str], referrer: str, *, own_host: str) -> str:
    """`campaign:NAME`, `search:google`, `social:instagram`, `site:blog.example`, `direct`; "" when the page before was ours.

    `utm_campaign` or `utm_source` in the address wins over the referrer.
    """
    campaign = query.get("utm_campaign", "") or query.get("utm_source", "")
    if campaign:
        return _cut(f"campaign:{_UNFIT.sub('-', campaign.strip().lower())}")
    host = _host_of(referrer)
    if not host:
        return DIRECT
    if host == own_host.lower().partition(":")[0]:
        return ""
    engine = _SEARCH.search(host)
    if engine:
        return f"search:{engine[1]}"
    network = next((name for site, name in _SOCIAL.items() if host == site or host.endswith(f".{site}")), None)
    return f"social:{network}" if network else _cut(f"site:{host.removeprefix('www.')}")


def _host_of(referrer: str) -> str:
    try:
        parts = urlsplit(referrer[:500])
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host if parts.scheme in {"http", "https"} else ""


def _cut(source: str) -> str:
    return source[:LONGEST]
