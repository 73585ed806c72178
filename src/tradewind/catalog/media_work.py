"""The worker's part of media: an order of work for each original, which comes back when a worker dies over it.

It is kept as a delivery: called with no transaction open, its result committed together with what follows. Doing it
twice is harmless, because a rendition is named after its content.
"""

import hashlib
from datetime import datetime
from typing import Any, Final

from django.db.models import F

from tradewind.catalog.listing import relist
from tradewind.catalog.media_rendering import CannotRender, render
from tradewind.catalog.models import Media, Product
from tradewind.core import deliveries
from tradewind.core.files import private_path, publish_content
from tradewind.core.models import Delivery
from tradewind.core.work import Refused

KIND: Final = "catalog.renditions"
_VIDEOS: Final = ("mp4", "webm")


def plan_renditions(medium: Media, *, size: tuple[int, int] | None, at: datetime) -> None:
    """Order them, in the transaction of the change that asks for them. Of a video only the size is needed."""
    payload = {"media": medium.pk, "recipe": medium.recipe, "size": size}
    deliveries.plan(KIND, f"{KIND}:{medium.pk}:{medium.recipe}", payload, at=at, subject=("media", medium.pk))


class RenditionCourier:
    """Makes the renditions of one medium."""

    kind = KIND

    def call(self, delivery: Delivery) -> dict[str, Any]:
        medium = Media.objects.select_related("original").filter(pk=delivery.payload["media"]).first()
        if medium is None or medium.original is None or medium.recipe != delivery.payload["recipe"]:
            return {"is_outdated": True}
        original = private_path(medium.original.digest).read_bytes()
        folder = f"{medium.original.digest[:2]}/{medium.original.digest[:16]}"
        kind = medium.original.content_type.rpartition("/")[2]
        if kind in _VIDEOS:
            width, height = delivery.payload["size"] or (medium.renditions[0]["width"], medium.renditions[0]["height"])
            path = f"{folder}.{kind}"
            publish_content(path, original)
            return {"renditions": [{"path": path, "width": width, "height": height, "format": kind}], "colour": ""}
        try:
            rendered, colour = render(original, medium.crop)
        except CannotRender as problem:
            raise Refused("cannot_render", str(problem)) from problem
        renditions = []
        for each in rendered:
            path = f"{folder}-{each.width}.{hashlib.sha256(each.content).hexdigest()[:8]}.{each.format}"
            publish_content(path, each.content)
            renditions.append({"path": path, "width": each.width, "height": each.height, "format": each.format})
        return {"renditions": renditions, "colour": colour}

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # the port's shape
        """Nobody else did it: it is simply done again."""
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:  # noqa: ARG002
        if "renditions" not in result:
            return
        changes = {name: result[name] for name in ("renditions", "colour")}
        self._write(delivery, state=Media.State.READY, problem="", **changes)

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:  # noqa: ARG002
        self._write(delivery, state=Media.State.FAILED, problem=str(problem)[:200])

    def _write(self, delivery: Delivery, **changes: object) -> None:
        """Unless the medium has meanwhile been asked to look otherwise, or is gone."""
        asked = Media.objects.filter(pk=delivery.payload["media"], recipe=delivery.payload["recipe"])
        if asked.update(**changes):
            product_id = Media.objects.values_list("product_id", flat=True).get(pk=delivery.payload["media"])
            Product.objects.filter(pk=product_id).update(text_version=F("text_version") + 1)
            relist(product_id, has_news=True)


def register_courier() -> None:
    deliveries.register(RenditionCourier())
