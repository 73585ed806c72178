"""Addresses of cases."""

from django.urls import URLPattern, path

from tradewind.console.troubles import acts, detail, group, listing


def addresses() -> list[URLPattern]:
    """Once the console has said what a row is."""
    return [
        path("troubles", listing.troubles_page, name="troubles"),
        path("troubles/<row:trouble_id>", detail.trouble_page, name="trouble"),
        path("troubles/<row:trouble_id>/telling", acts.tell_buyer, name="trouble-telling"),
        path("troubles/<row:trouble_id>/dismissal", acts.dismiss_case, name="trouble-dismissal"),
        path("troubles/<row:trouble_id>/replacement", acts.replace, name="trouble-replacement"),
        path("troubles/<row:trouble_id>/refund", acts.refund, name="trouble-refund"),
        path("troubles/groups/<row:trouble_group_id>", group.group_page, name="trouble-group"),
        path("troubles/groups/<row:trouble_group_id>/telling", group.tell_many, name="trouble-group-telling"),
    ]
