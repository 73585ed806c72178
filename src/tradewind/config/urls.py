"""Addresses of the whole site. The console, hooks and health come first; what is left belongs to the storefront."""

from django.urls import include, path

urlpatterns = [
    path("console/", include("tradewind.console.urls")),
    path("api/", include("tradewind.api.urls")),
    path("", include("tradewind.storefront.urls")),
]
