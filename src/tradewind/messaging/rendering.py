"""Turns a letter into a mail: HTML that mail programs understand, and the same as text.

The HTML's source is MJML. Its parts are compiled once per process, with the template's own instructions passed through
as text; what remains for each mail is a plain Jinja2 template.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import mrml
from django.template import engines
from jinja2 import Environment, Template

from tradewind.core.words import speaking
from tradewind.messaging.letter import Letter

HTML: Final = "mail/letter.mjml"
TEXT: Final = "mail/letter.txt"
HIDDEN: Final = "•"


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    text: str
    html: str
    shown: str = ""  # the text for staff, where they must not read all of it
    language: str = ""  # in which it is written; empty: in the one that was asked for

    def hiding(self, code: str) -> "Rendered":
        """The same mail, of which staff read no code."""
        return replace(self, shown=self.text.replace(code, HIDDEN * len(code)))


class TemplateSource(Exception):
    """The MJML cannot be compiled; the message says where."""


def render(letter: Letter) -> Rendered:
    """Raises jinja2's UndefinedError for a name that the letter does not have."""
    with speaking(letter.language):
        text = _text_template().render(letter=letter)
        html = _html_template().render(letter=letter)
    return Rendered(letter.subject, text.strip() + "\n", html, language=letter.language)


@cache
def _html_template() -> Template:
    environment = _environment()
    source = _source(environment, HTML)
    # Without `fonts` mrml asks Google for Ubuntu, wherever an element has no font of its own.
    compiled = mrml.to_html(source, None, mrml.RenderOptions(disable_comments=True, fonts={}))
    if compiled.warnings:
        raise TemplateSource(f"{HTML}: {compiled.warnings}")
    return environment.from_string(compiled.content)


@cache
def _text_template() -> Template:
    """Unescaped: `O'Neil & Söhne` is written so."""
    return _environment().overlay(autoescape=False).get_template(TEXT)


def _environment() -> Environment:
    # The environment that pages use as well, named by the settings: this module may not know the pages' package.
    engine: Any = engines["jinja2"]
    environment: Environment = engine.env
    return environment


def _source(environment: Environment, name: str) -> str:
    if environment.loader is None:
        raise TemplateSource(f"{name}: the environment has no loader")
    return environment.loader.get_source(environment, name)[0]
