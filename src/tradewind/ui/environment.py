"""The Jinja2 environment that all pages and mails share."""

from typing import Any

from jinja2 import Environment, StrictUndefined


def environment(**options: Any) -> Environment:
    """An environment that refuses undefined names: a forgotten value is an error, not an empty place."""
    options.setdefault("undefined", StrictUndefined)
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    return Environment(autoescape=True, extensions=["jinja2.ext.i18n"], **{k: v for k, v in options.items() if k != "autoescape"})
