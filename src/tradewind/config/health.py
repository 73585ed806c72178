"""What machines ask: is it alive, is it ready, what are its figures."""

import hmac
import ipaddress
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import Error as DatabaseProblem
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from tradewind.config.database import missing_migrations
from tradewind.core.beating import BEAT_LIMIT
from tradewind.core.models import WorkerBeat
from tradewind.core.queries import work_counts
from tradewind.lib.clock import utc_now

_NAMES: Final = {"reactions": "reaction", "deliveries": "delivery", "inbox": "inbox"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps the house from being ready: a code for machines, words with the remedy for people."""

    what: str
    words: str


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is looked at: a database that is away is no reason to restart this process."""
    return JsonResponse({"alive": True})


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 while everything that a buyer needs is there, else 503, with what is wrong."""
    problems = problems_at(utc_now())
    told = {"ready": not problems, "problems": [asdict(problem) for problem in problems]}
    return JsonResponse(told, status=503 if problems else 200)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus' format, for this machine alone or for who knows TRADEWIND_METRICS_TOKEN."""
    if not _may_read_metrics(request):
        return HttpResponseForbidden(
            "Ask from this machine, or send TRADEWIND_METRICS_TOKEN as a bearer token.", "text/plain"
        )
    own = CollectorRegistry(auto_describe=False)
    own.register(_WorkFigures())
    return HttpResponse(generate_latest(REGISTRY) + generate_latest(own), content_type=CONTENT_TYPE_LATEST)


def problems_at(now: datetime) -> list[Problem]:
    """What keeps the house from being ready. Without the database nothing else can be known."""
    try:
        missing = missing_migrations()
        if missing:
            words = f"The database is older than the program: {', '.join(missing[:5])}. Run: tradewind manage migrate"
            return [Problem("migrations", words)]
        beat = WorkerBeat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
    except DatabaseProblem as problem:
        connection.close()
        return [Problem("database", f"The database does not answer: {problem}")]
    if beat is None or now - beat > BEAT_LIMIT:
        limit = int(BEAT_LIMIT.total_seconds())
        return [Problem("worker", f"No worker has shown a sign of life for {limit} seconds. Start one: tradewind work")]
    return []


def _may_read_metrics(request: HttpRequest) -> bool:
    token = str(settings.METRICS_TOKEN)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    # A proxy on this machine makes every request look as if it came from here.
    is_forwarded = settings.IS_BEHIND_PROXY or "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not is_forwarded and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class _WorkFigures(Collector):
    """What waits and what is stuck, counted when it is asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        waiting = GaugeMetricFamily("tradewind_work_open", "Rows of work that wait or run.", labels=["kind"])
        stuck = GaugeMetricFamily("tradewind_work_stuck", "Rows of work that wait for a person.", labels=["kind"])
        late = GaugeMetricFamily("tradewind_work_late_seconds", "How long the oldest row is overdue.", labels=["kind"])
        now = utc_now()
        for counts in work_counts():
            kind, oldest = _NAMES[counts.kind], counts.oldest_due_at
            waiting.add_metric([kind], counts.waiting + counts.running)
            stuck.add_metric([kind], counts.stuck)
            late.add_metric([kind], max((now - oldest).total_seconds(), 0.0) if oldest else 0.0)
        yield from (waiting, stuck, late)
        beat = GaugeMetricFamily("tradewind_worker_beat_age_seconds", "Age of the newest sign of life of any worker.")
        newest = WorkerBeat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
        if newest is not None:
            beat.add_metric([], (now - newest).total_seconds())
        yield beat
