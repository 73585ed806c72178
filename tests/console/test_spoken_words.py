"""Whoever chose German or Chinese reads no English on any page of the console that a walk with real data opens."""

import re
from html.parser import HTMLParser
from typing import Final

import pytest
from django.test import Client

from tests.console.making import client_of, make_staff
from tests.console.test_abilities import OPEN_TO_ALL, POSTED, addresses
from tests.shipping.troubled import look, sent
from tests.shop import open_shop
from tradewind.core.words import STAFF_LANGUAGES, TAGS
from tradewind.lib.clock import utc_now

pytestmark = pytest.mark.django_db
# Words that are no words of German, no names, and in no English sentence missing for long.
ENGLISH: Final = re.compile(
    r"(?<![\w@./:{-])(?:the|and|(?<!Isle )of|with|your|this|that|are|has|have|from|which|you|not|to)(?![\w@./:}-])",
    re.IGNORECASE,
)
SAID: Final = ("alt", "aria-label", "placeholder", "title")
# What is written as it is: codes, letters in the buyer's language, and what people or presets typed.
AS_TYPED: Final = frozenset({"code", "pre", "script", "style", "textarea"})
VOID: Final = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
LEAST_PAGES: Final = 60


class Words(HTMLParser):
    """All that a page says in its own language."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag, self.open, self.said = tag, list[tuple[str, bool]](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        is_theirs = "lang" in known and known["lang"] != self.tag
        is_silent = (self.open[-1][1] if self.open else False) or is_theirs or tag in AS_TYPED
        if not is_silent:
            self.said += [value for name in SAID if (value := known.get(name))]
        if tag not in VOID:
            self.open.append((tag, is_silent))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and not self.open[-1][1] and data.strip():
            self.said.append(" ".join(data.split()))


def english_on(page: str, tag: str) -> list[str]:
    words = Words(tag)
    words.feed(page)
    return [each for each in words.said if ENGLISH.search(each)]


def opened(client: Client) -> dict[str, str]:
    """Every page that needs no number in its address, and of each kind that has one the first that links lead to."""
    waiting = [address for name, address, ability in addresses(0) if name not in POSTED and ability != OPEN_TO_ALL]
    kinds, found = set[str](), dict[str, str]()
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(r"\d+", "N", address)
        if kind in kinds:
            continue
        answer = client.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            kinds.add(kind)
            found[address] = answer.content.decode()
            waiting += re.findall(r'href="(/console/[^"?#]+)"', found[address])
    return found


def test_what_is_english_is_found() -> None:
    page = '<p title="Open the page">Offen<br></p><p lang="en">Of the shop</p><code>to do</code><b>Nothing to do</b>'
    assert english_on(page, "de") == ["Open the page", "Nothing to do"]


@pytest.mark.parametrize("language", [each for each in STAFF_LANGUAGES if each != "en"])
def test_no_page_speaks_english_to_who_chose_another_language(language: str) -> None:
    shop = open_shop(utc_now())
    sent(shop)
    look(shop, 8.9)
    pages = opened(client_of(make_staff(language=language)))
    assert len(pages) >= LEAST_PAGES
    left = {
        address: found
        for address, page in pages.items()
        if (found := english_on(page, TAGS[STAFF_LANGUAGES[language]]))
    }
    assert left == {}, left
