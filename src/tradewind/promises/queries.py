"""Reading promises."""

from tradewind.promises.models import Promise


def promises_about(kind: str, subject_id: int) -> list[Promise]:
    """All promises about a subject, oldest first."""
    return list(Promise.objects.filter(subject_kind=kind, subject_id=subject_id).order_by("pk"))


def open_promise(kind: Promise.Kind, order_id: int) -> Promise | None:
    """The promise of this kind that an order has open, if any."""
    return Promise.objects.filter(
        kind=kind, subject_kind="order", subject_id=order_id, state=Promise.State.MADE
    ).first()
