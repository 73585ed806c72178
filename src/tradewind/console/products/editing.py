"""The texts of a product: begun, and edited with the languages side by side."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from tradewind.catalog.editing import Outdated, create_product, write_texts
from tradewind.catalog.leading_on import SlugTaken
from tradewind.catalog.models import Category, Product
from tradewind.console import pages, typed
from tradewind.console.products.reading import Form
from tradewind.console.products.texts import SPARE, fact_rows, fields_of, languages_shown, read_content
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.lib.text import SLUG, slugify


@needs("products.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new_product(request: HttpRequest) -> HttpResponse:
    """A title in one language and a category are enough to begin."""
    if request.method != "POST":
        return _show_new(request, Form({}))
    form = Form(request.POST)
    category = _category(form)
    titles = {code: form.text(f"title.{code}") for code in words.LOCALES}
    titles = {code: title for code, title in titles.items() if title}
    slug = form.text("slug", longest=80) or slugify(titles.get("en") or next(iter(titles.values()), ""))
    if not titles:
        form.complain("title.en", gettext_noop("Please write the title in one language at least."))
    elif not SLUG.fullmatch(slug):
        form.complain("slug", gettext_noop("Small letters, digits and hyphens, please: walnut-board."))
    if not form.errors and category is not None:
        try:
            content = {"title": titles}
            by = pages.actor_of(request)
            product = create_product(slug=slug, category=category, content=content, by=by, at=utc_now())
        except SlugTaken:
            form.complain("slug", gettext_noop("Another product has this address already."))
        else:
            return pages.to_page("console:product-texts", done="created", product_id=product.pk)
    return _show_new(request, form, status=422)


@needs("products.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_texts(request: HttpRequest, product_id: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=product_id)
    asked = [code for code in request.GET.getlist("also") + request.POST.getlist("also") if code in words.LOCALES]
    languages = languages_shown(product.content, asked)
    if request.method != "POST":
        fields = fields_of(product.content, languages) | {"category": str(product.category_id)}
        return _show(request, product, Form(fields), languages)
    form = Form(request.POST)
    # "One more language" and "more facts" show the form again with all that was typed.
    if "save" not in request.POST:
        return _show(request, product, form, languages, more=SPARE if "more" in request.POST else 0)
    content = read_content(form, product.content, languages)
    category = _category(form)
    if form.errors or category is None:
        return _show(request, product, form, languages, status=422)
    try:
        write_texts(
            product=product,
            version=typed.read_id(request.POST, "version"),
            content=content,
            category=category,
            by=pages.actor_of(request),
            at=utc_now(),
        )
    except Outdated:
        product.refresh_from_db()
        return _show(request, product, form, languages, status=HTTPStatus.CONFLICT)
    return pages.to_page("console:product-texts", done="saved", product_id=product_id)


def _show_new(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    values = {"form": form, "categories": categories()}
    return pages.show(request, "products/new.html", values, status=status)


def _show(
    request: HttpRequest,
    product: Product,
    form: Form,
    languages: list[str],
    *,
    more: int = 0,
    status: int = 200,
) -> HttpResponse:
    saved: dict[str, str] = {}
    if status == HTTPStatus.CONFLICT:
        theirs = fields_of(product.content, languages) | {"category": str(product.category_id)}
        saved = {name: text for name, text in theirs.items() if name != "facts" and _differs(form, name, text)}
    values: dict[str, Any] = {
        "product": product,
        "title": words.pick(product.content.get("title", {}), words.spoken()) or product.slug,
        "form": form,
        "saved": saved,
        "languages_shown": languages,
        "others": [code for code in words.LOCALES if code not in languages],
        "facts": fact_rows(form) + more,
        "categories": categories(),
        "is_outdated": status == HTTPStatus.CONFLICT,
        "here_tab": "texts",
    }
    return pages.show(request, "products/texts.html", values, status=status)


def _differs(form: Form, name: str, text: str) -> bool:
    return form.fields.get(name, "").replace("\r\n", "\n").strip() != text.strip()


def _category(form: Form) -> Category | None:
    category = Category.objects.filter(pk=typed.read_id(form.fields, "category")).first()
    if category is None:
        form.complain("category", gettext_noop("Please choose a category."))
    return category


def categories() -> list[tuple[int, str]]:
    """The shelves to choose from, by their names in the spoken language."""
    rows = Category.objects.order_by("position", "id")
    return [(row.pk, words.pick(row.name, words.spoken()) or row.slug) for row in rows]
