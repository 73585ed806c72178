"""One panel as a page: its form, buttons that try it out, and its history with a way back."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop

from tradewind.console import pages
from tradewind.console.audit.reading import Change, changes_about
from tradewind.console.products.reading import Form
from tradewind.core import panels, words
from tradewind.core.connecting import STEPS, Connection, forget_probe, last_probes, note_probe
from tradewind.core.panel_parts import Kind, Part, WrongPart
from tradewind.core.panels import Outdated, Panel, Step, Trial, Values
from tradewind.lib.clock import utc_now

_AGAIN: Final = "-again"
_NOT_THE_SAME: Final = gettext_noop("The two are not the same. Please type both anew.")


@dataclass(frozen=True, slots=True)
class Told:
    """A step in the reader's language."""

    words: str
    is_good: bool
    is_advice: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """What taking a change back would do to one part."""

    label: str
    now: str
    then: str


def tell(steps: list[Step]) -> list[Told]:
    """Facts that are messages themselves are said as well."""
    language = words.spoken()
    return [
        Told(
            words.say(language, step.words, **_said(language, step.facts)) if step.words else "",
            step.is_good,
            step.is_advice,
        )
        for step in steps
    ]


def show_panel(request: HttpRequest, panel: Panel) -> HttpResponse:
    return _show(request, panel, Form(_open_values(panel)))


def save_panel(request: HttpRequest, panel: Panel) -> HttpResponse:
    """With `test`, something is tried out and nothing is stored."""
    form = Form(request.POST)
    if "test" in request.POST:
        return _try_out(request, panel, form)
    typed = _typed(panel, form)
    if form.errors:
        return _show_problems(request, panel, form, panels.problems(panel, _as_typed(panel, typed)))
    try:
        panels.change(panel, typed, seen=request.POST.get("seen", ""), by=pages.actor_of(request), at=utc_now())
    except WrongPart as wrong:
        return _show_problems(request, panel, form, [wrong, *panels.problems(panel, _as_typed(panel, typed))])
    except Outdated:
        return _show(request, panel, form, status=HTTPStatus.CONFLICT)
    if isinstance(panel, Connection):
        forget_probe(panel)
    return pages.to_page(f"console:{panel.family}", done="connection", key=panel.key)


def show_before(request: HttpRequest, panel: Panel, entry_id: int) -> HttpResponse:
    """Fill the form with what stood before a change, and say what that would do; nothing is stored until it is saved. Secrets
    stay as they are now.
    """
    before = panels.before_of(panel, entry_id)
    if before is None:
        raise Http404
    present = _open_values(panel)
    then = present | {
        name: before.get(name, "") for name in present.keys() | before.keys() if name not in panel.environment()
    }
    differences = [
        Difference(_label(part), _value(part, present.get(part.name, "")), _value(part, then.get(part.name, "")))
        for part in panel.parts
        if present.get(part.name, "") != then.get(part.name, "")
    ]
    return _show(request, panel, Form(then), is_before=True, differences=differences)


def _typed(panel: Panel, form: Form) -> Values:
    """What the environment names is not in the form; what is wrong stands beside its field."""
    fixed = panel.environment()
    typed = {}
    for part in panel.parts:
        if part.name in fixed or part.is_made:
            continue
        if part.kind is Kind.LIST:
            typed[part.name] = "\n".join(form.lines(part.name))[: part.longest]
        else:
            typed[part.name] = form.text(part.name, longest=part.longest)
        if part.is_twice and form.fields.get(part.name, "") != form.fields.get(part.name + _AGAIN, ""):
            form.complain(part.name, _NOT_THE_SAME)
    return typed


def _try_out(request: HttpRequest, panel: Panel, form: Form) -> HttpResponse:
    trial = panel.trial(request.POST["test"])
    if trial is None:
        raise Http404
    if not trial.takes_typed:
        return _show_trial(request, panel, Form(_open_values(panel)), trial, panels.in_force(panel))
    typed = _typed(panel, form)
    if form.errors:
        return _show_problems(request, panel, form, panels.problems(panel, _as_typed(panel, typed)))
    return _show_trial(request, panel, form, trial, _as_typed(panel, typed))


def _show_trial(request: HttpRequest, panel: Panel, form: Form, trial: Trial, values: Values) -> HttpResponse:
    try:
        panels.check(panel, values)
        steps = trial.run(values, pages.staff_of(request).email)
    except WrongPart as wrong:
        return _show_problems(request, panel, form, [wrong, *panels.problems(panel, values)])
    if isinstance(panel, Connection) and trial.name == STEPS and values == panels.in_force(panel):
        note_probe(panel, steps, at=utc_now())
    is_good = all(step.is_good for step in steps)
    return _show(request, panel, form, steps=tell(steps), went_well=is_good, status=200 if is_good else 422)


def _as_typed(panel: Panel, typed: Values) -> Values:
    """What would hold if it were saved."""
    kept = panels.with_kept_secrets(panel, typed, panels.stored(panel).values)
    return {name: value for name, value in (panel.defaults | kept | panel.environment()).items() if value}


def _show_problems(request: HttpRequest, panel: Panel, form: Form, problems: list[WrongPart]) -> HttpResponse:
    for wrong in (each for each in problems if each.part not in form.errors):
        form.complain(wrong.part, wrong.words, **wrong.values)
    return _show(request, panel, form, status=422)


def _show(request: HttpRequest, panel: Panel, form: Form, *, status: int = 200, **more: Any) -> HttpResponse:
    stored, fixed = panels.stored(panel), panel.environment()
    is_outdated = status == HTTPStatus.CONFLICT
    probed = last_probes().get(panel.key) if isinstance(panel, Connection) else None
    values = {
        "panel": panel,
        "parts": _grouped(panel),
        "choices": {
            part.name: [(value, words.say(words.spoken(), label)) for value, label in part.choices.items()]
            for part in panel.parts
        },
        "form": _with_fixed(form, panel),
        "fixed": fixed,
        "is_fixed": len(fixed) >= len(panel.parts),
        "has_secret": {name: name in stored.values or bool(fixed.get(name)) for name in panel.secrets},
        "locked": stored.locked,
        "saved": _differing(form, _open_values(panel)) if is_outdated else {},
        "is_outdated": is_outdated,
        "seen": stored.digest if is_outdated or "seen" not in form.fields else form.fields["seen"],
        "changes": [_labelled(panel, change) for change in changes_about(panel.kind)],
        "can_change": pages.frame(request)["can"](f"{panel.family}s.change"),
        "probed": probed,
        "probed_steps": tell(probed.steps) if probed else [],
        **more,
    }
    return pages.show(request, "settings/panel.html", values, status=status)


def _with_fixed(form: Form, panel: Panel) -> Form:
    """What was typed, and what the environment names, which no browser sends."""
    named = {name: value for name, value in panel.environment().items() if name not in panel.secrets}
    shown = Form(dict(form.fields.items()) | named)
    shown.errors = form.errors
    return shown


def _grouped(panel: Panel) -> list[tuple[str, list[Part]]]:
    groups: dict[str, list[Part]] = {}
    for part in (part for part in panel.parts if not part.is_made):
        groups.setdefault(part.group, []).append(part)
    return list(groups.items())


def _open_values(panel: Panel) -> Values:
    """What holds; secrets never reach the page."""
    return {name: value for name, value in panels.in_force(panel).items() if name not in panel.secrets}


def _differing(form: Form, theirs: Values) -> Values:
    mine = {name: form.fields.get(name, "").replace("\r\n", "\n").strip() for name in theirs}
    return {name: value for name, value in theirs.items() if mine[name] != value}


def _labelled(panel: Panel, change: Change) -> Change:
    """With the names and values that the page has for them."""
    known = {part.name: part for part in panel.parts}
    fields = [
        (_label(known[name]), _value(known[name], before), _value(known[name], after))
        if name in known
        else (name, before, after)
        for name, before, after in change.fields
    ]
    return replace(change, fields=fields)


def _label(part: Part) -> str:
    return words.say(words.spoken(), part.label)


def _value(part: Part, value: str) -> str:
    return words.say(words.spoken(), part.choices[value]) if value in part.choices else value


def _said(language: str, facts: Any) -> dict[str, Any]:
    return {
        name: words.say(language, value) if isinstance(value, str) and value else value for name, value in facts.items()
    }
