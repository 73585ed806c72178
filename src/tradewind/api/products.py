"""Products for programs to read: a list by key, one in full, and bringing it in front of buyers or taking it away."""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest
from ninja import Query, Router

from tradewind.api import product_shapes as shapes
from tradewind.api import product_telling, queries
from tradewind.api.asking import ProductQuery, read_number, refuse_unknown, write_number
from tradewind.api.keys import PUBLISH_PRODUCTS, READ_PRODUCTS, Key, program_of
from tradewind.api.once import writes
from tradewind.api.problems import Conflict, Problem, Refusal, WrongValue
from tradewind.catalog import publishing
from tradewind.lib.clock import utc_now

router = Router(auth=Key(READ_PRODUCTS), tags=["products"])
_MAY_PUBLISH: Final = Key(PUBLISH_PRODUCTS)
_REFUSALS: Final = dict.fromkeys((401, 403, 404, 422, 429), Problem)
_WRITING: Final = _REFUSALS | {400: Problem, 409: Problem, 413: Problem}
_GAPS: Final = {
    "variant": "There is no variant to buy.",
    "media.front": "There is no picture from the front.",
    "media.origin": "A picture does not say where it comes from.",
    "media.permission": "A supplier's picture does not say who allowed its use.",
    "media.preparing": "Pictures are still being prepared. Try again in a minute.",
    "media.failed": "A picture could not be prepared.",
}


class NotPublishable(Refusal):
    def __init__(self, gaps: list[str]) -> None:
        words = "Something is still missing before buyers may see it: see errors."
        errors = [WrongValue(name=gap, pointer=None, detail=_GAPS.get(gap, f"{gap} is missing.")) for gap in gaps]
        super().__init__(HTTPStatus.CONFLICT, "not_publishable", words, errors)


@router.api_operation(
    ["GET", "HEAD"],
    "/products",
    operation_id="listProducts",
    summary="List products",
    response={200: shapes.ProductList, 401: Problem, 403: Problem, 422: Problem, 429: Problem},
)
def list_products(request: HttpRequest, asked: Query[ProductQuery]) -> shapes.ProductList:
    """In the order in which they were made, page by page: send `next` as `after` until it is null."""
    refuse_unknown(request.GET, ProductQuery.model_fields)
    page = queries.product_list(
        state=asked.state, category=asked.category, text=asked.q, after=read_number(asked.after), size=asked.limit
    )
    return shapes.ProductList(
        products=[product_telling.in_list(product) for product in page.rows],
        next=write_number(page.older) if page.older else None,
    )


@router.api_operation(
    ["GET", "HEAD"],
    "/products/{slug}",
    operation_id="getProduct",
    summary="Get one product",
    response={200: shapes.ProductInFull, **_REFUSALS},
)
def get_product(request: HttpRequest, slug: str) -> shapes.ProductInFull:
    """The draft with all its texts, its options and its variants."""
    refuse_unknown(request.GET, ())
    return product_telling.in_full(queries.product_named(slug))


@router.post(
    "/products/{slug}/publication",
    auth=_MAY_PUBLISH,
    operation_id="publishProduct",
    summary="Publish a product",
    response={200: shapes.ProductInFull, **_WRITING},
)
@writes()
def publish_product(request: HttpRequest, slug: str) -> shapes.ProductInFull:
    """Show buyers the draft as it is now: of a new product, of one on sale, and of one that was offline."""
    refuse_unknown(request.GET, ())
    product = queries.product_named(slug)
    try:
        publishing.publish(product=product, by=program_of(request), at=utc_now())
    except publishing.NotPublishable as problem:
        raise NotPublishable(problem.gaps) from None
    return product_telling.in_full(queries.product_named(slug))


@router.post(
    "/products/{slug}/withdrawal",
    auth=_MAY_PUBLISH,
    operation_id="withdrawProduct",
    summary="Take a product offline",
    response={200: shapes.ProductInFull, **_WRITING},
)
@writes()
def withdraw_product(request: HttpRequest, slug: str, asked: shapes.Withdrawal) -> shapes.ProductInFull:
    """Sell it no longer: its page and its place in lists go at once. Orders keep what they hold."""
    refuse_unknown(request.GET, ())
    product = queries.product_named(slug)
    try:
        publishing.take_offline(product=product, by=program_of(request), at=utc_now(), reason=asked.reason.strip())
    except publishing.WrongState as problem:
        raise _wrong_state(problem, "live") from None
    return product_telling.in_full(queries.product_named(slug))


@router.post(
    "/products/{slug}/return",
    auth=_MAY_PUBLISH,
    operation_id="returnProduct",
    summary="Bring a product back",
    response={200: shapes.ProductInFull, **_WRITING},
)
@writes()
def return_product(request: HttpRequest, slug: str) -> shapes.ProductInFull:
    """Sell it again as it was published last; what was written since waits for publishing."""
    refuse_unknown(request.GET, ())
    product = queries.product_named(slug)
    try:
        publishing.bring_back(product=product, by=program_of(request), at=utc_now())
    except publishing.WrongState as problem:
        raise _wrong_state(problem, "offline") from None
    return product_telling.in_full(queries.product_named(slug))


def _wrong_state(problem: publishing.WrongState, needed: str) -> Conflict:
    return Conflict("wrong_state", f"This product is {problem.state}. Only one that is {needed} can do this.")
