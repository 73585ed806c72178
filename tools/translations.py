"""Message catalogues: gathered from the code and the templates, held complete, compiled.

    tools/translations.py check          every message translated, nothing uncertain, nothing left over, no placeholder lost
    tools/translations.py update         bring the .po files in line with the code; new messages wait there for their words
    tools/translations.py compile FILE…  .po to .mo

English is the language of the code and has no catalogue.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tokenize import TokenError

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import TemplateSyntaxError

SOURCE = Path(__file__).resolve().parent.parent / "src/tradewind"
# Their catalogues are complete at every commit.
LANGUAGES = ("de", "zh_Hans")
# Buyers read these as well, staff do not: their catalogues hold what the shop and its mails say.
SHOP_LANGUAGES = ("es", "fr", "ja", "pt_BR")
STAFF_ONLY = (
    "alerting/",
    "api/",
    "backup/",
    "cli/",
    "connectors/dingtalk/",
    "connectors/feishu/",
    "connectors/mailpost/",
    "connectors/wecom/",
    "connectors/simulator/robots.py",
    "connectors/smtp/",
    "console/",
    "shipping/trouble_limits.py",
    "core/keeping.py",
    "core/log_in_rules.py",
    "core/panel_parts.py",
    "core/probing.py",
    "core/proxies.py",
    "health/",
    "messaging/hours_rule.py",
    "messaging/pace_rule.py",
    "shipping/carrying.py",
    "shipping/event_counting.py",
    "shipping/event_files.py",
    "shipping/event_lines.py",
    "shipping/free_delivery.py",
    "shipping/rate_rows.py",
    "ui/templates/console/",
    "ui/templates/mailbox/",
    "webhooks/",
)
METHODS = [("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2"), ("**.py", "python")]
# A template that cannot be read fails the check instead of losing its messages.
OPTIONS = {"**/templates/**": {"silent": "false", "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols"}}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    # core/words.py: the language stands first.
    "say": (2,),
    "say_many": (2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


class Unreadable(Exception):
    """A template or a module that cannot be parsed; the message says which and why."""


def catalogue_path(source: Path, language: str) -> Path:
    return source / "locale" / language / "LC_MESSAGES" / "messages.po"


def extract(source: Path) -> Catalog:
    """All messages of the code and the templates below the folder."""
    template = Catalog(fuzzy=False)
    options = {pattern: OPTIONS["**/templates/**"] for pattern, method in METHODS if method == "jinja2"}
    reading: list[str] = []
    found = extract_from_dir(
        source,
        METHODS,
        options,
        KEYWORDS,
        comment_tags=("Translators:",),
        callback=lambda filename, _method, _options: reading.append(filename),
        strip_comment_tags=True,
    )
    try:
        for filename, _line, message, comments, context in found:
            template.add(message, None, [(filename, 0)], auto_comments=comments, context=context)
    except (SyntaxError, TokenError, TemplateSyntaxError) as problem:
        raise Unreadable(f"{reading[-1]}: {problem}") from problem
    return template


def for_language(template: Catalog, language: str) -> Catalog:
    """What a catalogue of this language has to hold."""
    if language not in SHOP_LANGUAGES:
        return template
    shop = Catalog(fuzzy=False)
    for message in messages(template):
        files = [place for place in message.locations if not place[0].startswith(STAFF_ONLY)]
        if files:
            shop.add(message.id, None, files, auto_comments=message.auto_comments, context=message.context)
    return shop


def read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, fuzzy=False, project="Tradewind", header_comment=f"# Tradewind: {language}")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def check(source: Path, languages: Sequence[str] = (*LANGUAGES, *SHOP_LANGUAGES)) -> Iterator[str]:
    template = extract(source)
    if not list(messages(template)):
        return
    for language in languages:
        path = catalogue_path(source, language)
        if path.exists():
            complaints = compare(for_language(template, language), read(path, language))
            yield from (f"{language}: {complaint}" for complaint in complaints)
        else:
            yield f"{language}: there is no {path.relative_to(source)}"


def messages(catalogue: Catalog) -> Iterator[Message]:
    """Without the header, which gettext keeps as the translation of nothing."""
    return (message for message in catalogue if message.id)


def compare(template: Catalog, catalogue: Catalog) -> Iterator[str]:
    wanted = {(message.id, message.context) for message in messages(template)}
    there = {(message.id, message.context): message for message in messages(catalogue)}
    for key in sorted(wanted - there.keys(), key=str):
        yield f"missing: {name(key[0])}"
    for key in sorted(there.keys() - wanted, key=str):
        yield f"no longer used: {name(key[0])}"
    for message in catalogue.obsolete.values():
        yield f"no longer used: {name(message.id)}"
    for key in sorted(wanted & there.keys(), key=str):
        yield from complaints_about(there[key], catalogue.num_plurals)


def name(message_id: object) -> str:
    return repr(texts(message_id)[0])


def texts(words: object) -> list[str]:
    """Babel gives the id and the translation as a string, and as several where there is a plural."""
    return [str(form) for form in words] if isinstance(words, list | tuple) else [str(words or "")]


def complaints_about(message: Message, plurals: int) -> Iterator[str]:
    forms = texts(message.string)
    if message.fuzzy:
        yield f"uncertain (fuzzy): {name(message.id)}"
    if not all(forms) or len(forms) != (plurals if message.pluralizable else 1):
        yield f"untranslated: {name(message.id)}"
        return
    for number, form in enumerate(forms):
        # “One parcel” may stand for “%(count)d parcel”, but only where a language has a form for one.
        is_for_one = number == 0 and len(forms) > 1
        allowed = [placeholders(text) for text in texts(message.id)[0 if is_for_one else -1 :]]
        if placeholders(form) not in allowed:
            yield f"placeholders differ: {name(message.id)} and {form!r}"


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def update(source: Path, languages: Sequence[str] = (*LANGUAGES, *SHOP_LANGUAGES)) -> None:
    template = extract(source)
    for language in languages:
        path = catalogue_path(source, language)
        catalogue = read(path, language)
        # A message whose words changed a little keeps its old translation, marked uncertain.
        catalogue.update(for_language(template, language), update_creation_date=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            # Line numbers and obsolete messages would change the files with every edit of the code.
            write_po(file, catalogue, width=120, sort_output=True, include_lineno=False, ignore_obsolete=True)


def compile_catalogue(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file)
    # Two starts may compile at once, and a shop may be reading: the file appears whole or not at all.
    unfinished = path.with_suffix(".mo.new")
    with unfinished.open("wb") as file:
        write_mo(file, catalogue)
    unfinished.replace(path.with_suffix(".mo"))


def main(arguments: Sequence[str]) -> int:
    try:
        return obey(arguments)
    except Unreadable as problem:
        print(problem, file=sys.stderr)
        return 1


def obey(arguments: Sequence[str]) -> int:
    match arguments:
        case ["check"]:
            complaints = list(check(SOURCE))
            print("\n".join(complaints))
            return 1 if complaints else 0
        case ["update"]:
            update(SOURCE)
        case ["compile", *paths]:
            for path in paths:
                compile_catalogue(Path(path))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
