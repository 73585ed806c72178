"""Addresses of the API. What is not here is refused here, and never reaches the shop's pages."""

from django.urls import include, path, re_path

from tradewind.api import v1

app_name = "api"
urlpatterns = [
    path("v1/", include(v1.urls)),
    re_path(r"", v1.nowhere),
]
