"""Goods that are sent again: declared as what they were, though they cost nothing this time."""

from collections.abc import Mapping

from tradewind.orders.models import Order
from tradewind.shipping.customs_models import OrderCustoms
from tradewind.shipping.declaring import declaration_of, kept_with


def declare_again(source: Order, new: Order, lines: Mapping[int, int]) -> None:
    """In the caller's transaction. `lines` leads from those of the new order to those of the source. Nothing where no border is crossed."""
    declared = declaration_of(source)
    if declared is None:
        return
    pieces, said = {piece.line_id: piece for piece in declared.pieces}, kept_with(source.pk)
    told: dict[str, dict[str, object]] = {}
    for line_id, source_id in lines.items():
        piece, words = pieces.get(source_id), dict(said.lines.get(str(source_id), {}))
        if piece is not None and piece.value is not None:
            words |= {"value": piece.value.amount, "currency": piece.value.currency, "of": piece.quantity}
        if words:
            told[str(line_id)] = words
    OrderCustoms.objects.create(
        order=new,
        why=said.why,
        platform_number=said.platform_number,
        platform_eori=said.platform_eori,
        is_tax_taken_before=source.tax > 0 or said.is_tax_taken_before,
        lines=told,
    )
