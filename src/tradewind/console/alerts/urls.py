"""Addresses of alerts."""

from django.urls import URLPattern, path

from tradewind.console.alerts import detail, listing, note


def addresses() -> list[URLPattern]:
    """Once the console has said what a row is."""
    return [
        path("alerts", listing.alerts_page, name="alerts"),
        path("alerts/robots", listing.add_robot, name="alert-robot-adding"),
        path("alerts/letters", listing.add_letters, name="alert-letters-adding"),
        path("alerts/notes/<row:note_id>", note.note_page, name="alert-note"),
        path("alerts/<row:receiver_id>", detail.receiver_page, name="alert-receiver"),
        path("alerts/<row:receiver_id>/saving", detail.save, name="alert-saving"),
        path("alerts/<row:receiver_id>/switching", detail.switch, name="alert-switching"),
        path("alerts/<row:receiver_id>/removal", detail.remove, name="alert-removal"),
        path("alerts/<row:receiver_id>/test", detail.test, name="alert-test"),
        path("alerts/<row:receiver_id>/notes/<row:note_id>/sending", detail.send_again, name="alert-sending"),
    ]
