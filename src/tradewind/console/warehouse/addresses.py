"""Addresses of the warehouse, which `console.urls` puts among the others."""

from django.urls import URLPattern, path

from tradewind.console.warehouse import checking, damage, handing_over, packing, papers, parting, photos, picking
from tradewind.console.warehouse.listing import warehouse_page


def addresses() -> list[URLPattern]:
    """Once the console's kinds of numbers are known."""
    return [
        path("warehouse", warehouse_page, name="warehouse"),
        path("warehouse/picking", picking.picking_page, name="picking"),
        path("warehouse/papers", papers.parcel_papers, name="parcel-papers"),
        path("warehouse/damage", damage.damage_page, name="damage"),
        path("orders/<row:order_id>/damage", damage.note, name="order-damage"),
        path("warehouse/waiting", handing_over.waiting_page, name="waiting-parcels"),
        path("orders/<row:order_id>/packing", packing.packing_page, name="packing"),
        path("orders/<row:order_id>/packing/beginning", packing.begin, name="packing-beginning"),
        path("orders/<row:order_id>/packing/scan", packing.scan_one, name="packing-scan"),
        path("orders/<row:order_id>/packing/count", packing.count_item, name="packing-count"),
        path("orders/<row:order_id>/packing/tick", packing.tick_off, name="packing-tick"),
        path("orders/<row:order_id>/packing/end", packing.finish, name="packing-end"),
        path("orders/<row:order_id>/packing/laying-aside", packing.leave, name="packing-laying-aside"),
        path("orders/<row:order_id>/checks", checking.check, name="order-checks"),
        path("orders/<row:order_id>/photos", photos.add, name="order-photos"),
        path("orders/<row:order_id>/photos/<row:photo_id>", photos.photo_file, name="order-photo"),
        path("orders/<row:order_id>/parts", parting.send, name="order-parts"),
    ]
