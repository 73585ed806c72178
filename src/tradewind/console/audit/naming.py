"""Words for what stands in the audit trail: acts, and the kinds of what they were done to."""

from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core import words

ACTS: Final = {
    "announcement.ended": gettext_noop("Notice taken down"),
    "announcement.made": gettext_noop("Notice announced"),
    "bundle.changed": gettext_noop("Parts of a set changed"),
    "choice.merged": gettext_noop("Choices merged"),
    "choice.renamed": gettext_noop("Choice renamed"),
    "code.ended": gettext_noop("Discount code ended"),
    "code.made": gettext_noop("Discount code made"),
    "hook.changed": gettext_noop("Webhook changed"),
    "hook.made": gettext_noop("Webhook added"),
    "hook.removed": gettext_noop("Webhook removed"),
    "hook.secret_renewed": gettext_noop("New secret of a webhook"),
    "hook.switched": gettext_noop("Webhook switched on or off"),
    "market.changed": gettext_noop("Market changed"),
    "market.method_added": gettext_noop("Way to pay added"),
    "market.method_changed": gettext_noop("Way to pay changed"),
    "market.opened": gettext_noop("Market opened"),
    "market.option_added": gettext_noop("Way to deliver added"),
    "market.option_changed": gettext_noop("Way to deliver changed"),
    "market.rule_begun": gettext_noop("Rule begun"),
    "market.rule_ended": gettext_noop("Rule ended"),
    "media.added": gettext_noop("Picture or film added"),
    "media.described": gettext_noop("Picture or film described"),
    "media.prepared_again": gettext_noop("Picture or film prepared again"),
    "media.removed": gettext_noop("Picture or film removed"),
    "page_text.written": gettext_noop("Page written"),
    "order.erased": gettext_noop("Personal data erased"),
    "payment.refund_sent": gettext_noop("Refund recorded as sent"),
    "payment.transfer_confirmed": gettext_noop("Transfer recorded"),
    "product.created": gettext_noop("Product begun"),
    "product.edited": gettext_noop("Product edited"),
    "product.variants": gettext_noop("Variants changed"),
    "setting.changed": gettext_noop("Setting changed"),
    "staff.added": gettext_noop("Colleague let in"),
    "staff.back": gettext_noop("Colleague back"),
    "staff.invitation_taken_back": gettext_noop("Invitation taken back"),
    "staff.invited": gettext_noop("Colleague invited"),
    "staff.left": gettext_noop("Colleague left"),
    "staff.logged_out": gettext_noop("Logged out from afar"),
    "staff.password_changed": gettext_noop("Password changed"),
    "staff.password_offered": gettext_noop("Link to a new password made"),
    "staff.recovery_code_used": gettext_noop("Code from paper used"),
    "staff.recovery_codes_renewed": gettext_noop("New codes for paper"),
    "staff.second_factor_off": gettext_noop("Second factor off"),
    "staff.second_factor_on": gettext_noop("Second factor on"),
    "staff.viewed_as": gettext_noop("Console looked at as a colleague sees it"),
    "staff.work_changed": gettext_noop("Role or accounts changed"),
    "stock.adjusted": gettext_noop("Stock corrected"),
    "todo.done": gettext_noop("To-do done"),
    "todo.dropped": gettext_noop("To-do dropped"),
    "token.created": gettext_noop("Key for a program made"),
    "warehouse.changed": gettext_noop("Warehouse changed"),
    "warehouse.opened": gettext_noop("Warehouse opened"),
    "warehouse.switched": gettext_noop("Warehouse switched on or off"),
    "work.dropped": gettext_noop("Work given up"),
    "work.retried": gettext_noop("Work tried again"),
    "workbook.decided": gettext_noop("Workbook decided on"),
}
KINDS: Final = {
    "announcement": gettext_noop("Notice"),
    "choice": gettext_noop("Choice"),
    "code": gettext_noop("Discount code"),
    "hook": gettext_noop("Webhook"),
    "intent": gettext_noop("Payment"),
    "invitation": gettext_noop("Invitation"),
    "market": gettext_noop("Market"),
    "media": gettext_noop("Picture or film"),
    "order": gettext_noop("Order"),
    "product": gettext_noop("Product"),
    "refund": gettext_noop("Refund"),
    "setting": gettext_noop("Setting"),
    "staff": gettext_noop("Colleague"),
    "todo": gettext_noop("To-do"),
    "token": gettext_noop("Key for a program"),
    "variant": gettext_noop("Variant"),
    "warehouse": gettext_noop("Warehouse"),
    "workbook": gettext_noop("Workbook"),
}
# Kinds that have a page of their own, and what its address calls the number.
PAGES: Final = {
    "code": ("console:codes", ""),
    "hook": ("console:hooks", ""),
    "market": ("console:market", "market_id"),
    "order": ("console:order", "order_id"),
    "product": ("console:product", "product_id"),
    "setting": ("console:shop", ""),
    "staff": ("console:colleague", "staff_id"),
    "warehouse": ("console:warehouse", "warehouse_id"),
    "workbook": ("console:catalogue-run", "run_id"),
}


def act_words(action: str) -> str:
    return words.say(words.spoken(), ACTS[action]) if action in ACTS else action


def kind_words(kind: str) -> str:
    return words.say(words.spoken(), KINDS[kind]) if kind in KINDS else kind
