"""Addresses of the whole site. The console, hooks and health come first; what is left belongs to the storefront."""

from django.conf import settings
from django.urls import include, path

from tradewind.config import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("console/", include("tradewind.console.urls")),
    path("api/", include("tradewind.api.urls")),
    path("hooks/", include("tradewind.api.hook_urls")),
    *([path("simulator/", include("tradewind.connectors.simulator.urls"))] if settings.HAS_SIMULATOR else []),
    *([path("demo/mailbox/", include("tradewind.connectors.mailbox.urls"))] if settings.HAS_SIMULATOR else []),
    path("", include("tradewind.storefront.urls")),
]

handler400 = "tradewind.storefront.problems.bad_request"
handler403 = "tradewind.storefront.problems.refused"
handler404 = "tradewind.storefront.problems.not_found"
handler500 = "tradewind.storefront.problems.failed"
