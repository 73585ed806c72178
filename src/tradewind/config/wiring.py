"""Fills the ports, registers couriers and inbox handlers, imports reactions: once, when the house is ready.

Nothing below imports `connectors`; nothing but this file imports `reactions`.
"""

from importlib import import_module
from typing import Final

from django.conf import settings

from tradewind.core.panels import declare

REACTIONS: Final = (
    "tradewind.orders.reactions",
    "tradewind.shipping.reactions",
    "tradewind.shipping.trouble_orders",
    "tradewind.shipping.trouble_judging",
    "tradewind.shipping.ways_switched",
    "tradewind.papers.reactions",
    "tradewind.checkout.reactions",
    "tradewind.aftersales.reactions",
    "tradewind.messaging.reactions",
    "tradewind.messaging.news_reactions",
    "tradewind.messaging.money_reactions",
    "tradewind.backup.reactions",
    "tradewind.webhooks.reactions",
    "tradewind.alerting.reactions",
)
# Imported for the jobs that they put on the schedule.
SCHEDULED: Final = (
    "tradewind.core.devices",
    "tradewind.core.upkeep",
    "tradewind.catalog.listing",
    "tradewind.catalog.shelving",
    "tradewind.catalog.workbook_forgetting",
    "tradewind.messaging.notice_work",
    "tradewind.promises.watching",
    "tradewind.shipping.loading",
    "tradewind.orders.addressing",
    "tradewind.orders.bulk",
    "tradewind.orders.importing.forgetting",
    "tradewind.orders.importing.recording",
    "tradewind.orders.selling",
    "tradewind.shipping.evidence",
    "tradewind.shipping.asking",
    "tradewind.shipping.following",
    "tradewind.shipping.silences",
    "tradewind.shipping.trouble_orders",
    "tradewind.shipping.trouble_watching",
    "tradewind.shipping.shortages",
    "tradewind.shipping.days_changed",
    "tradewind.shipping.ways_switched",
    "tradewind.shipping.lane_learning",
    "tradewind.papers.retaining",
    "tradewind.checkout.carts",
    "tradewind.checkout.unpaid",
    "tradewind.checkout.wishes",
    "tradewind.messaging.news",
    "tradewind.messaging.trouble_telling",
    "tradewind.messaging.reminding",
    "tradewind.messaging.feedback_asking",
    "tradewind.messaging.received_forgetting",
    "tradewind.messaging.waiting",
    "tradewind.clientele.forgetting",
    "tradewind.insights.visits",
    "tradewind.webhooks.tidying",
    "tradewind.alerting.telling",
    "tradewind.alerting.tidying",
    "tradewind.api.tidying",
    "tradewind.backup.nightly",
    "tradewind.health.certificates",
    "tradewind.health.ending_keys",
    "tradewind.health.trying",
    "tradewind.health.watching",
)
# What an owner sets on pages, in the order in which they stand there.
PANELS: Final = (
    ("tradewind.core.proxies", "HOUSE"),
    ("tradewind.core.log_in_rules", "RULES"),
    ("tradewind.shipping.packing_rules", "RULES"),
    ("tradewind.api.rules", "RULES"),
    ("tradewind.shipping.trouble_limits", "RULES"),
    ("tradewind.messaging.hours_rule", "RULES"),
    ("tradewind.messaging.pace_rule", "RULES"),
    ("tradewind.backup.rules", "RULES"),
    ("tradewind.health.rules", "RULES"),
    ("tradewind.orders.deadlines", "PANEL"),
)


def wire() -> None:
    for module in (*REACTIONS, *SCHEDULED):
        import_module(module)
    for module, name in PANELS:
        declare(getattr(import_module(module), name))
    import_module("tradewind.core.keeping").declare_panel()
    import_module("tradewind.payments.couriers").register_couriers()
    import_module("tradewind.catalog.media_work").register_courier()
    import_module("tradewind.catalog.choice_work").register_courier()
    import_module("tradewind.catalog.workbook_work").register_courier()
    import_module("tradewind.orders.bulk_work").register_courier()
    import_module("tradewind.promises.ports").judge_with(import_module("tradewind.shipping.unseen").fates)
    import_module("tradewind.shipping.dispatching_many").register()
    import_module("tradewind.shipping.following").register_courier()
    import_module("tradewind.shipping.finding_again").register_courier()
    import_module("tradewind.shipping.event_handins").accept_files()
    import_module("tradewind.messaging.notice_work").register_courier()
    import_module("tradewind.orders.merging").keep_apart(
        import_module("tradewind.aftersales.queries").has_open_withdrawal
    )
    import_module("tradewind.orders.lines_moved").follow_with(
        import_module("tradewind.shipping.declaring_moved").follow_lines
    )
    import_module("tradewind.orders.importing.working").register_courier()
    import_module("tradewind.webhooks.sending").register_courier()
    import_module("tradewind.alerting.sending").register_courier()
    import_module("tradewind.alerting.ports").tell_todos_with(import_module("tradewind.console.today.duties").duties)
    import_module("tradewind.catalog.ports").fill(import_module("tradewind.inventory.bundling").SetMaker())
    for company in ("smtp", "mailpost", "track17", "aftership", "wecom", "dingtalk", "feishu"):
        import_module(f"tradewind.connectors.{company}.wiring").wire()
    if settings.HAS_SIMULATOR:
        import_module("tradewind.connectors.simulator.wiring").wire()
