"""What a page says to a person: its words without the marks, and the values of its form."""

import re
from html import unescape
from html.parser import HTMLParser

from django.http import HttpResponse


class _Form(HTMLParser):
    """Collects what a browser would send from the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "select":
            self._select = name
        if tag == "option" and "selected" in given:
            self.values[self._select] = given["value"] or ""
        if tag == "input" and name and (given.get("type") not in {"radio", "checkbox"} or "checked" in given):
            self.values[name] = given.get("value") or ""
        if tag == "textarea":
            self._area = name
            self.values[name] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # Browsers drop a line end that follows the tag.
            self.values[self._area] = self.values[self._area].removeprefix("\n")
            self._area = ""


def text_of(response: HttpResponse) -> str:
    html = re.sub(r"<(style|script|svg|title).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    html = re.sub(r"</?(span|time|strong|a)\b[^>]*>", "", html)  # within a sentence
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\xa0", " ").split())


def form_of(response: HttpResponse) -> dict[str, str]:
    form = _Form()
    form.feed(response.content.decode())
    return form.values
