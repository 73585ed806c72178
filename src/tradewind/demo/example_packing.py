"""How the demo's goods are packed, in the languages of who packs them, and an order that was packed with photos."""

from datetime import datetime
from typing import Final

from tradewind.catalog.models import Product
from tradewind.catalog.packing import PackingDraft, write_packing
from tradewind.core.models import Staff
from tradewind.core.models.staff import Role
from tradewind.demo.reading import CONTENT
from tradewind.orders.models import Order
from tradewind.shipping.checklist import checklist_of
from tradewind.shipping.evidence import add_evidence
from tradewind.shipping.packing import Hand, begin_packing, count, finish_packing, packed, packing_now, tick

_BY: Final = "system"
CHECKED: Final = "storage-jars"
_PHOTOS: Final = ("open-box", "closed-box")
# In Shenzhen people read Chinese and English, in Frankfurt Chinese and German.
_RULES: Final = {
    "mug": PackingDraft(
        "每只杯子单独裹两层气泡膜，杯口朝下放。\nWrap each mug twice in bubble wrap and stand it on its rim.",
        ("护理卡 / care card",),
        is_fragile=True,
    ),
    "plant-pot": PackingDraft(
        "盆内塞纸团，外裹气泡膜，四周留3厘米缓冲。\nFill the pot with paper, wrap it, leave 3 cm of padding all around.",
        is_fragile=True,
    ),
    "dinner-plate": PackingDraft(
        "竖放，盘与盘之间垫纸板。\nStand plates on edge, with cardboard between them.", is_fragile=True
    ),
    "wood-oil": PackingDraft(
        "瓶子先装密封袋，直立放置，箱外贴“向上”标。\nFlasche in einen dichten Beutel, aufrecht stellen, außen Pfeile nach oben aufkleben.",
        is_fragile=True,
    ),
    CHECKED: PackingDraft(
        "盖子与罐身分开包。\nWrap lids and jars apart.",
        is_fragile=True,
        needs_check=True,
        check_parts=("material", "workmanship"),
        check_note="看釉面有没有裂纹，盖子是否合得上。\nLook for cracks in the glaze; does each lid close?",
    ),
}


def state_packing(*, at: datetime) -> None:
    for product in Product.objects.filter(slug__in=_RULES).order_by("pk"):
        write_packing(product=product, draft=_RULES[product.slug], by=_BY, at=at)


def pack_with_photos(order: Order, *, at: datetime) -> None:
    """Once, however often it is taken up; photos are kept outside of transactions."""
    if packed(order.pk) is not None:
        return
    by = f"staff:{Staff.objects.filter(role=Role.OWNER).order_by('pk').values_list('pk', flat=True)[0]}"
    begin_packing(order_id=order.pk, by=by, at=at)
    for name in _PHOTOS:
        add_evidence(order_id=order.pk, content=(CONTENT / "packing" / f"{name}.jpg").read_bytes(), by=by, at=at)
    packing = packing_now(order.pk)
    checklist = checklist_of(order, packing)
    for item in checklist.items:
        count(hand=_hand(order, by), key=item.key, units=item.wanted)
    for each in checklist.ticks:
        tick(hand=_hand(order, by), key=each.key, is_done=True)
    finish_packing(hand=_hand(order, by), at=at)


def _hand(order: Order, by: str) -> Hand:
    packing = packing_now(order.pk)
    return Hand(order.pk, packing.version if packing else 0, by)
