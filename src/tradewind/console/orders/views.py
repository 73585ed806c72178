"""Views of the list that staff keep, and the columns that each of them sees."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages, typed
from tradewind.console.orders.columns import known
from tradewind.console.orders.listing import asked_for, columns_for, show_orders
from tradewind.console.typed import Problem
from tradewind.core.staff import may, needs
from tradewind.lib.clock import utc_now
from tradewind.orders import viewing
from tradewind.orders.models import OrderView

_TAKEN: Final = gettext_noop("A view of this name is there already. Choose another name, or put this in its place.")
_TAKEN_BY: Final = gettext_noop("A view of this name is there already. Choose another name.")
_TOO_MANY: Final = gettext_noop("At most {most} views, please. Take one away first.")
_CHANGED: Final = gettext_noop("Somebody has changed this view since you opened the page. Look at it, then save again.")


@needs("orders.view")
@require_safe
def views_page(request: HttpRequest) -> HttpResponse:
    return _show(request)


@needs("orders.view")
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    query = QueryDict(request.POST.get("query", ""))
    staff = pages.staff_of(request)
    asked = asked_for(query, staff.reach)[0]
    is_shared = "is_shared" in request.POST and may(staff, viewing.SHARING)
    try:
        name = typed.read_text(request.POST, "name", longest=viewing.LONGEST_NAME)
        kept = viewing.Kept(name, asked.kept_query, columns_for(asked, staff), is_shared)
        view = viewing.keep_view(kept, owner=staff, replaces="replaces" in request.POST, at=utc_now())
    except typed.WrongInput as wrong:
        return _refuse(request, query, wrong)
    except viewing.NameTaken:
        return _refuse(request, query, typed.WrongInput("name", _TAKEN), is_taken="1")
    except viewing.TooManyViews:
        return _refuse(request, query, typed.WrongInput("name", _TOO_MANY, most=viewing.MOST))
    address = f"{reverse('console:orders')}?view={view.pk}&cols={','.join(view.columns)}&done=view-kept"
    return HttpResponseRedirect(f"{address}&{view.query}" if view.query else address)


@needs("orders.view")
@require_POST
def change(request: HttpRequest, view_id: int) -> HttpResponse:
    """Another name, or for everybody."""
    staff, form = pages.staff_of(request), f"view-{view_id}"
    view = _changeable(request, view_id)
    is_shared = "is_shared" in request.POST if may(staff, viewing.SHARING) else view.is_shared
    try:
        name = typed.read_text(request.POST, "name", longest=viewing.LONGEST_NAME)
        seen = typed.read_id(request.POST, "seen")
        viewing.rename_view(view_id=view_id, name=name, is_shared=is_shared, seen=seen, by=staff, at=utc_now())
    except typed.WrongInput as wrong:
        return _show(request, problem=Problem(form, "name", wrong.words, request.POST.dict()), status=422)
    except viewing.NameTaken:
        told = typed.WrongInput("name", _TAKEN_BY).words
        return _show(request, problem=Problem(form, "name", told, request.POST.dict()), status=422)
    except viewing.ViewChanged:
        told = typed.WrongInput("name", _CHANGED).words
        return _show(request, problem=Problem(form, "name", told, request.POST.dict()), status=409)
    return pages.to_page("console:order-views", done="view-changed")


@needs("orders.view")
@require_POST
def remove_view(request: HttpRequest, view_id: int) -> HttpResponse:
    _changeable(request, view_id)
    staff = pages.staff_of(request)
    is_done = viewing.take_view_away(view_id=view_id, by=staff, at=utc_now())
    return pages.to_page("console:order-views", done="view-removed" if is_done else "gone")


@needs("orders.view")
@require_POST
def place(request: HttpRequest, view_id: int) -> HttpResponse:
    _changeable(request, view_id)
    staff = pages.staff_of(request)
    is_up = request.POST.get("to") == "up"
    viewing.move_view(view_id=view_id, is_up=is_up, by=staff)
    return pages.to_page("console:order-views")


@needs("orders.view")
@require_POST
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Of whoever asks, from now on; a view that is open gives way to them."""
    viewing.prefer_columns(pages.staff_of(request), known(request.POST.getlist("column")))
    query = QueryDict(request.POST.get("query", ""), mutable=True)
    query.pop("cols", None)
    query["done"] = "columns"
    return HttpResponseRedirect(f"{reverse('console:orders')}?{query.urlencode()}")


def _changeable(request: HttpRequest, view_id: int) -> OrderView:
    staff = pages.staff_of(request)
    view = viewing.changeable(staff).filter(pk=view_id).first()
    if view is None:
        raise Http404
    return view


def _show(request: HttpRequest, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
    staff = pages.staff_of(request)
    changeable = viewing.changeable(staff).values_list("pk", flat=True)
    values = {"views": viewing.views_of(staff), "changeable": set(changeable), "problem": problem}
    return pages.show(request, "orders/views.html", values, status=status)


def _refuse(request: HttpRequest, query: QueryDict, wrong: typed.WrongInput, *, is_taken: str = "") -> HttpResponse:
    entered = {name: request.POST.get(name, "") for name in ("name", "is_shared")}
    problem = Problem("view", wrong.field, wrong.words, {**entered, "is_taken": is_taken})
    return show_orders(request, query, problem=problem, status=422)
