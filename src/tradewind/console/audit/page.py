"""The audit trail: filters in the address, pages by key."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import pages, typed
from tradewind.console.audit.naming import ACTS, KINDS, act_words, kind_words
from tradewind.console.audit.reading import AuditFilters, actors, changes
from tradewind.core.staff import needs


@needs("audit.view")
@require_safe
def audit_page(request: HttpRequest) -> HttpResponse:
    query = request.GET
    first, last, ignored = typed.read_period(query)
    people = actors()
    allowed = {"by": people, "act": ACTS, "kind": KINDS}
    chosen = {name: query.get(name, "") if query.get(name, "") in choices else "" for name, choices in allowed.items()}
    ignored += [name for name, value in chosen.items() if query.get(name, "") and not value]
    filters = AuditFilters(
        actor=chosen["by"],
        action=chosen["act"],
        kind=chosen["kind"],
        subject_id=typed.read_id(query, "id"),
        since=typed.begin_of(first) if first else None,
        until=typed.end_of(last) if last else None,
    )
    rows, older = changes(filters, after=typed.read_key(query, "after"))
    kept = {**chosen, "id": filters.subject_id or "", "from": first or "", "to": last or ""}
    values = {
        "rows": rows,
        "older": typed.write_key(older) if older else "",
        "is_first": "after" not in query,
        "query": urlencode({name: value for name, value in kept.items() if value}),
        "kept": kept,
        "people": people,
        "acts": sorted(((act, act_words(act)) for act in ACTS), key=lambda each: each[1]),
        "kinds": sorted(((kind, kind_words(kind)) for kind in KINDS), key=lambda each: each[1]),
        "ignored": ignored,
        "is_narrowed": filters != AuditFilters(),
    }
    return pages.show(request, "audit/page.html", values)
