"""Addresses of the demo's mailbox, below /demo/mailbox/."""

from django.urls import path

from tradewind.connectors.mailbox import views

app_name = "mailbox"
urlpatterns = [
    path("", views.mailbox, name="list"),
    path("<str:name>/", views.mail, name="mail"),
    path("<str:name>/html", views.mail_html, name="html"),
]
