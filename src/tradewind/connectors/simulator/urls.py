"""Addresses of the simulator's pages. Absent where there is no simulator."""

from django.urls import path

from tradewind.connectors.simulator import pages

app_name = "simulator"
urlpatterns = [
    path("pay/<slug:ref>/", pages.payment_page, name="pay"),
]
