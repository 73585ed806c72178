"""Addresses that outside companies post their notices to."""

from django.urls import path

from tradewind.api import hooks

app_name = "hooks"
urlpatterns = [
    path("payments/<slug:provider>", hooks.payment_notice, name="payment_notice"),
    path("mail/<slug:provider>", hooks.mail_notice, name="mail_notice"),
    path("tracking/<slug:tracker>", hooks.tracking_notice, name="tracking_notice"),
]
