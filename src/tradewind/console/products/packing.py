"""How a product is packed and what is looked at before it leaves, on the product's page."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.catalog.models import Product
from tradewind.catalog.packing import MOST_ACCESSORIES, PARTS, PackingDraft, write_packing
from tradewind.console import pages, typed
from tradewind.console.products.detail import show_product
from tradewind.console.products.reading import Form
from tradewind.console.typed import Problem, WrongInput
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now

_LONGEST: Final = 2_000
_LONGEST_ACCESSORY: Final = 100
_LARGEST_SAMPLE: Final = 9_999
_TEXTS: Final = ("rule", "accessories", "check_note")
_TOO_MANY: Final = gettext_noop("At most {most} accessories, each a line of at most {longest} characters.")


@needs("products.edit")
@require_POST
def change_packing(request: HttpRequest, product_id: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=product_id)
    try:
        draft = _read(request)
    except WrongInput as wrong:
        entered = {name: str(value) for name, value in request.POST.items()}
        problem = Problem("packing", wrong.field, wrong.words, entered)
        return show_product(request, product_id, problem=problem, status=422)
    write_packing(product=product, draft=draft, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:product", done="packing", anchor="packing", product_id=product_id)


def _read(request: HttpRequest) -> PackingDraft:
    """Raises WrongInput."""
    form = Form(request.POST)
    texts = {name: form.long_text(name).strip() for name in _TEXTS}
    for name, told in form.errors.items():
        wrong = WrongInput(name, "")
        wrong.words = told
        raise wrong
    for name, text in texts.items():
        if len(text) > _LONGEST:
            raise WrongInput(name, gettext_noop("At most {longest} characters, please."), longest=_LONGEST)
    accessories = tuple(dict.fromkeys(line.strip() for line in texts["accessories"].split("\n") if line.strip()))
    if len(accessories) > MOST_ACCESSORIES or any(len(each) > _LONGEST_ACCESSORY for each in accessories):
        raise WrongInput("accessories", _TOO_MANY, most=MOST_ACCESSORIES, longest=_LONGEST_ACCESSORY)
    sample = typed.read_quantity(request.POST, "sample") if request.POST.get("sample", "").strip() else 0
    if sample > _LARGEST_SAMPLE:
        raise WrongInput("sample", gettext_noop("The number is too large to be true."))
    return PackingDraft(
        rule=texts["rule"],
        accessories=accessories,
        is_fragile="is_fragile" in request.POST,
        needs_check="needs_check" in request.POST,
        check_parts=tuple(part for part in PARTS if part in request.POST.getlist("check_parts")),
        check_note=texts["check_note"],
        sample=sample,
    )
