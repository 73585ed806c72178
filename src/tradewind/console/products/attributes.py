"""Attributes of kind choice: how each choice is called and shown, and two that mean the same made into one."""

from http import HTTPStatus
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.catalog.choice_work import twins_of, unfinished
from tradewind.catalog.choosing import (
    BothChosen,
    ChoiceOutdated,
    Naming,
    NotOneThing,
    StillMerging,
    digest,
    is_family,
    merge_choice,
    rename_choice,
)
from tradewind.catalog.facets import in_order
from tradewind.catalog.models import Attribute, AttributeChoice
from tradewind.console import pages
from tradewind.console.products.reading import Form
from tradewind.console.typed import read_id
from tradewind.core.staff import NotValid, needs
from tradewind.core.words import LOCALES, pick, spoken
from tradewind.lib.clock import utc_now

_BOTH = gettext_noop("{product} offers both choices. Take one of them out there first: its variants would be twins.")
_NOT_ONE = gettext_noop("These two cannot become one. Choose another one of the same attribute.")
_STILL = gettext_noop("One of the two is becoming another choice just now. Wait until that is done, then decide again.")


@needs("products.view")
@require_safe
def attributes_page(request: HttpRequest) -> HttpResponse:
    counted = _choices().annotate(products=Count("attributevalue__product", distinct=True))
    rows: dict[Attribute, list[AttributeChoice]] = {}
    for choice in counted.order_by("attribute__position", "attribute_id", "position", "key"):
        rows.setdefault(choice.attribute, []).append(choice)
    values = {"rows": [(attribute, in_order(found)) for attribute, found in rows.items()], "pick": pick}
    return pages.show(request, "products/attributes.html", values)


@needs("products.view")
@require_safe
def choice_page(request: HttpRequest, choice_id: int) -> HttpResponse:
    choice = get_object_or_404(_choices(), pk=choice_id)
    return _show(request, choice, Form(_fields_of(choice)))


@needs("products.publish")
@require_POST
def save(request: HttpRequest, choice_id: int) -> HttpResponse:
    """It holds for published pages at once, so it asks for who may publish."""
    choice = get_object_or_404(_choices(), pk=choice_id)
    form = Form(request.POST)
    naming = Naming(
        name={code: form.text(f"name.{code}", longest=60) for code in LOCALES},
        swatch=form.text("swatch", longest=7).lower(),
        position=form.count("position", most=1000),
    )
    if is_family(choice):
        naming = Naming(choice.name, naming.swatch, naming.position)
    if form.errors:
        return _show(request, choice, form, status=422)
    seen = request.POST.get("seen", "")
    try:
        rename_choice(choice_id=choice.pk, naming=naming, seen=seen, by=pages.actor_of(request), at=utc_now())
    except NotValid as wrong:
        form.complain("name.en" if wrong.field == "name" else wrong.field, wrong.words)
        return _show(request, choice, form, status=422)
    except ChoiceOutdated:
        present = get_object_or_404(_choices(), pk=choice_id)
        return _show(request, present, form, status=HTTPStatus.CONFLICT)
    return pages.to_page("console:choice", done="choice", choice_id=choice.pk)


@needs("products.publish")
@require_POST
def merge(request: HttpRequest, choice_id: int) -> HttpResponse:
    choice = get_object_or_404(_choices(), pk=choice_id)
    into = _choices().filter(pk=read_id(request.POST, "into")).first()
    form = Form(_fields_of(choice))
    try:
        if into is None:
            raise NotOneThing
        merge_choice(choice_id=choice.pk, into_id=into.pk, by=pages.actor_of(request), at=utc_now())
    except NotOneThing:
        form.complain("into", _NOT_ONE)
    except StillMerging:
        form.complain("into", _STILL)
    except BothChosen as both:
        form.complain("into", _BOTH, product=both.slug)
    else:
        return pages.to_page("console:choice", done="choice-merged", choice_id=into.pk)
    return _show(request, choice, form, status=422)


def _choices() -> QuerySet[AttributeChoice]:
    return AttributeChoice.objects.filter(attribute__kind=Attribute.Kind.CHOICE).select_related("attribute")


def _fields_of(choice: AttributeChoice) -> dict[str, str]:
    names = {f"name.{code}": choice.name.get(code, "") for code in LOCALES}
    return {**names, "swatch": choice.swatch, "position": str(choice.position)}


def _show(request: HttpRequest, choice: AttributeChoice, form: Form, *, status: int = 200) -> HttpResponse:
    others = in_order(list(AttributeChoice.objects.filter(attribute=choice.attribute).exclude(pk=choice.pk)))
    values: dict[str, Any] = {
        "choice": choice,
        "form": form,
        "title": pick(choice.name, spoken()),
        "attribute": pick(choice.attribute.name, spoken()),
        "is_family": is_family(choice),
        "is_outdated": status == HTTPStatus.CONFLICT,
        "seen": digest(choice),
        "unfinished": unfinished(choice),
        "twins": twins_of(choice),
        "languages": list(LOCALES),
        "others": [(other.pk, f"{pick(other.name, spoken())} ({other.key})") for other in others],
        "names": {each.pk: pick(each.name, spoken()) for each in (choice, *others)},
    }
    return pages.show(request, "products/choice.html", values, status=status)
