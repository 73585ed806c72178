"""Words, colour and sign for every code that the console shows. Never colour alone: each has its word and its sign."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core import words


@dataclass(frozen=True, slots=True)
class Tag:
    """A code as it is shown. `tone` is wait, good, bad or plain."""

    words: str
    tone: str = "plain"
    icon: str = "dot"


_TABLES: Final[dict[str, dict[str, Tag]]] = {
    "order_state": {
        "awaiting_payment": Tag(gettext_noop("Awaiting payment"), "wait", "clock"),
        "paid": Tag(gettext_noop("Paid, to dispatch"), "good", "coin"),
        "dispatched": Tag(gettext_noop("Dispatched"), "plain", "truck"),
        "delivered": Tag(gettext_noop("Delivered"), "good", "check"),
        "completed": Tag(gettext_noop("Completed"), "plain", "check"),
        "cancelled": Tag(gettext_noop("Cancelled"), "bad", "cross"),
        "merged": Tag(gettext_noop("Part of another order"), "plain", "next"),
    },
    "sales_channel": {
        "own": Tag(gettext_noop("Own shop")),
        "amazon": Tag("Amazon"),
        "ebay": Tag("eBay"),
        "aliexpress": Tag("AliExpress"),
        "shopify": Tag("Shopify"),
        "woocommerce": Tag("WooCommerce"),
        "file": Tag(gettext_noop("Another, by files")),
    },
    "account_state": {
        "open": Tag(gettext_noop("In use"), "good", "check"),
        "closed": Tag(gettext_noop("Closed"), "plain", "cross"),
    },
    "order_kind": {
        "sale": Tag(gettext_noop("Sale")),
        "credit": Tag(gettext_noop("Credit note"), "plain", "back"),
    },
    "cancel_reason": {
        "buyer_asked": Tag(gettext_noop("The buyer asked for it")),
        "changed_mind": Tag(gettext_noop("The buyer changed their mind")),
        "found_cheaper": Tag(gettext_noop("The buyer found it cheaper")),
        "too_slow": Tag(gettext_noop("Delivery too slow for the buyer")),
        "by_mistake": Tag(gettext_noop("Ordered by mistake")),
        "payment_problem": Tag(gettext_noop("Trouble with the payment")),
        "buyer_other": Tag(gettext_noop("Another reason of the buyer's")),
        "not_paid": Tag(gettext_noop("Not paid in time")),
        "no_stock": Tag(gettext_noop("Out of stock")),
        "suspicious": Tag(gettext_noop("Suspected fraud")),
        "other": Tag(gettext_noop("Another reason")),
    },
    "order_mark": {
        "held": Tag(gettext_noop("Kept back"), "wait", "hold"),
    },
    "bulk_act": {
        "tag": Tag(gettext_noop("Add a tag")),
        "untag": Tag(gettext_noop("Take a tag away")),
        "hold": Tag(gettext_noop("Hold")),
        "release": Tag(gettext_noop("Release")),
        "dispatch": Tag(gettext_noop("Mark dispatched")),
    },
    "bulk_state": {
        "shown": Tag(gettext_noop("Waits for your decision"), "wait", "alert"),
        "running": Tag(gettext_noop("Running"), "wait", "clock"),
        "done": Tag(gettext_noop("Done"), "good", "check"),
        "left": Tag(gettext_noop("Decided against"), "plain", "dot"),
    },
    "notice_why": {
        "channel": Tag(gettext_noop("Its sales channel forbids such letters")),
        "address": Tag(gettext_noop("No e-mail address")),
        "unsafe": Tag(gettext_noop("An e-mail address with characters that no mail can carry")),
        "refused": Tag(gettext_noop("No mail server took the letter")),
        "dropped": Tag(gettext_noop("The letter was given up")),
    },
    "bulk_why": {
        "credit": Tag(gettext_noop("A credit note")),
        "moved_on": Tag(gettext_noop("Has left, or was cancelled")),
        "held": Tag(gettext_noop("Is kept back")),
        "free": Tag(gettext_noop("Is not kept back")),
        "held_anew": Tag(gettext_noop("Was held anew since")),
        "unpaid": Tag(gettext_noop("Waits for the payment of added goods")),
        "tagged": Tag(gettext_noop("Has the tag already")),
        "not_tagged": Tag(gettext_noop("Does not have the tag")),
        "not_paid": Tag(gettext_noop("Is not paid")),
        "check_missing": Tag(gettext_noop("Waits for a quality check")),
        "check_failed": Tag(gettext_noop("Failed its quality check")),
        "revised": Tag(gettext_noop("Its goods were changed since: look at it on its page")),
        "dropped": Tag(gettext_noop("The work was given up before its turn")),
        "readdressed": Tag(gettext_noop("The buyer changed the address: compare the label on the order's page")),
    },
    "hold_reason": {
        "address_unclear": Tag(gettext_noop("Address unclear"), "wait", "hold"),
        "payment_wrong": Tag(gettext_noop("Payment looks wrong"), "wait", "hold"),
        "waiting_goods": Tag(gettext_noop("Waiting for goods"), "wait", "hold"),
        "buyer_asked": Tag(gettext_noop("The buyer asked to wait"), "wait", "hold"),
        "customs_missing": Tag(gettext_noop("Customs data missing"), "wait", "hold"),
        "difference": Tag(gettext_noop("Waits for the payment of added goods"), "wait", "hold"),
        "other": Tag(gettext_noop("Another reason"), "wait", "hold"),
    },
    "code_state": {
        "planned": Tag(gettext_noop("Planned"), "wait", "clock"),
        "running": Tag(gettext_noop("Running"), "good", "check"),
        "used_up": Tag(gettext_noop("Used up"), "plain", "dot"),
        "over": Tag(gettext_noop("Over"), "plain", "cross"),
    },
    "check_state": {
        "good": Tag(gettext_noop("Well"), "good", "check"),
        "worry": Tag(gettext_noop("Look at it"), "wait", "alert"),
        "bad": Tag(gettext_noop("Needs you"), "bad", "cross"),
    },
    "workbook_state": {
        "checking": Tag(gettext_noop("Being checked"), "wait", "clock"),
        "refused": Tag(gettext_noop("Not imported"), "bad", "cross"),
        "checked": Tag(gettext_noop("Waits for your decision"), "wait", "alert"),
        "applying": Tag(gettext_noop("Being taken over"), "wait", "clock"),
        "applied": Tag(gettext_noop("Taken over"), "good", "check"),
        "left": Tag(gettext_noop("Decided against"), "plain", "dot"),
        "writing": Tag(gettext_noop("Being written"), "wait", "clock"),
        "ready": Tag(gettext_noop("Ready"), "good", "check"),
        "failed": Tag(gettext_noop("Failed"), "bad", "cross"),
    },
    "occasion": {
        "first_purchase": Tag(gettext_noop("First purchase")),
        "end_of_season": Tag(gettext_noop("End of season")),
        "season": Tag(gettext_noop("Seasonal event")),
        "event": Tag(gettext_noop("Special event")),
        "clearance": Tag(gettext_noop("Clearance")),
        "unpaid_order": Tag(gettext_noop("Unpaid order")),
        "returning_buyer": Tag(gettext_noop("Returning buyer")),
        "apology": Tag(gettext_noop("Apology")),
    },
    "gives": {
        "percent": Tag(gettext_noop("A percentage off the goods")),
        "amount": Tag(gettext_noop("An amount off the goods")),
        "delivery": Tag(gettext_noop("Free delivery")),
    },
    "found_by": {
        "search": Tag(gettext_noop("Search engine")),
        "social": Tag(gettext_noop("Social network")),
        "friend": Tag(gettext_noop("Recommended by somebody")),
        "marketplace": Tag(gettext_noop("Marketplace")),
        "advertisement": Tag(gettext_noop("Advertisement")),
        "press": Tag(gettext_noop("Magazine, video or podcast")),
        "bought_before": Tag(gettext_noop("Bought before")),
        "other": Tag(gettext_noop("Otherwise")),
    },
    "register": {
        "vat": Tag(gettext_noop("VAT number")),
        "ioss": Tag(gettext_noop("IOSS number")),
        "eori": Tag(gettext_noop("EORI number")),
        "voec": Tag(gettext_noop("VOEC number")),
        "arn": Tag(gettext_noop("ABN or ARN for Australia")),
        "gst": Tag(gettext_noop("GST number")),
        "packaging": Tag(gettext_noop("Packaging register")),
        "electrical": Tag(gettext_noop("Register of electrical goods")),
    },
    "line_kind": {
        "goods": Tag(gettext_noop("Goods")),
        "delivery": Tag(gettext_noop("Delivery cost")),
        "discount": Tag(gettext_noop("Discount")),
        "manual": Tag(gettext_noop("Typed by hand")),
        "fee": Tag(gettext_noop("Fee")),
        "charge": Tag(gettext_noop("Tax or duty")),
    },
    "charge_sort": {
        "tax": Tag(gettext_noop("Tax: on goods, delivery and taxed duties")),
        "duty": Tag(gettext_noop("Duty")),
    },
    "charge_kind": {
        "percent": Tag(gettext_noop("Percent")),
        "per_heading": Tag(gettext_noop("An amount for each kind of goods (HS heading)")),
    },
    "charge_collected": {
        "in_price": Tag(gettext_noop("Part of the price")),
        "at_checkout": Tag(gettext_noop("Added at the checkout")),
        "at_import": Tag(gettext_noop("Collected by the carrier at the door")),
    },
    "charge_base": {
        "goods": Tag(gettext_noop("Goods")),
        "goods_and_delivery": Tag(gettext_noop("Goods and delivery")),
    },
    "confidence": {
        "V": Tag(gettext_noop("Read in the source"), "good", "check"),
        "C": Tag(gettext_noop("Read in somebody's code"), "plain", "dot"),
        "S": Tag(gettext_noop("Read elsewhere"), "plain", "dot"),
        "M": Tag(gettext_noop("Measured"), "good", "check"),
        "R": Tag(gettext_noop("From memory: check it"), "wait", "alert"),
    },
    "intent_state": {
        "created": Tag(gettext_noop("Not begun"), "plain", "dot"),
        "pending": Tag(gettext_noop("Pending"), "wait", "clock"),
        "paid": Tag(gettext_noop("Received"), "good", "check"),
        "declined": Tag(gettext_noop("Declined"), "bad", "cross"),
        "cancelled": Tag(gettext_noop("Called off"), "plain", "cross"),
    },
    "refund_state": {
        "planned": Tag(gettext_noop("To be sent"), "wait", "clock"),
        "confirmed": Tag(gettext_noop("Sent back"), "good", "check"),
        "failed": Tag(gettext_noop("Failed"), "bad", "alert"),
    },
    "ledger_kind": {
        "capture": Tag(gettext_noop("Received")),
        "refund": Tag(gettext_noop("Refunded")),
        "transfer": Tag(gettext_noop("From or to another order")),
    },
    "method": {
        "bank_transfer": Tag(gettext_noop("Bank transfer")),
        "card": Tag(gettext_noop("Card")),
        "instant_transfer": Tag(gettext_noop("Instant transfer")),
        "paid_elsewhere": Tag(gettext_noop("Paid otherwise")),
        "store_payment": Tag(gettext_noop("Paid in a shop")),
    },
    "quotation_state": {
        "draft": Tag(gettext_noop("Draft"), "plain", "dot"),
        "sent": Tag(gettext_noop("Sent"), "wait", "clock"),
        "seen": Tag(gettext_noop("Seen by the buyer"), "wait", "clock"),
        "lapsed": Tag(gettext_noop("Lapsed"), "bad", "alert"),
        "accepted": Tag(gettext_noop("Accepted"), "good", "check"),
        "ordered": Tag(gettext_noop("Ordered by staff"), "good", "check"),
        "declined": Tag(gettext_noop("Declined"), "bad", "cross"),
    },
    "promise_kind": {
        "dispatch": Tag(gettext_noop("Dispatch")),
        "delivery": Tag(gettext_noop("Arrival")),
        "answer": Tag(gettext_noop("Answer")),
        "refund": Tag(gettext_noop("Refund")),
        "return_step": Tag(gettext_noop("Step of a return")),
        "preorder": Tag(gettext_noop("Pre-order")),
        "dispute": Tag(gettext_noop("Dispute")),
        "survey": Tag(gettext_noop("Survey")),
    },
    "promise_state": {
        "made": Tag(gettext_noop("Open"), "wait", "clock"),
        "at_risk": Tag(gettext_noop("At risk"), "bad", "alert"),
        "kept": Tag(gettext_noop("Kept"), "good", "check"),
        "broken": Tag(gettext_noop("Broken"), "bad", "cross"),
        "unknown": Tag(gettext_noop("Not known"), "wait", "clock"),
        "renewed": Tag(gettext_noop("Renewed"), "plain", "back"),
        "released": Tag(gettext_noop("Released"), "plain", "dot"),
    },
    "message_state": {
        "planned": Tag(gettext_noop("Going out"), "wait", "clock"),
        "sent": Tag(gettext_noop("Sent"), "good", "check"),
        "uncertain": Tag(gettext_noop("Sent, perhaps twice"), "wait", "alert"),
        "failed": Tag(gettext_noop("Not sent"), "bad", "cross"),
        "returned": Tag(gettext_noop("Came back"), "bad", "back"),
    },
    "suppression": {
        "unreachable": Tag(gettext_noop("Mail to it came back"), "bad", "back"),
        "complaint": Tag(
            gettext_noop("Whoever reads there complained; letters about orders still go there"), "wait", "alert"
        ),
    },
    "news_why": {
        "over": Tag(gettext_noop("was over before it could be told")),
        "old": Tag(gettext_noop("happened too long ago")),
        "told": Tag(gettext_noop("was written of from a case")),
        "off": Tag(gettext_noop("its market does not hear of this")),
        "gone": Tag(gettext_noop("the order was cancelled, merged or erased")),
        "wish": Tag(gettext_noop("the buyer wants only what needs them")),
        "address": Tag(gettext_noop("an address that no mail can carry")),
    },
    "mail_outcome": {
        "message": Tag(gettext_noop("Message"), "wait", "clock"),
        "bounce": Tag(gettext_noop("Came back"), "bad", "back"),
        "auto_reply": Tag(gettext_noop("Automatic answer"), "plain", "dot"),
        "complaint": Tag(gettext_noop("Complaint"), "bad", "alert"),
        "duplicate": Tag(gettext_noop("Came before"), "plain", "dot"),
        "quarantined": Tag(gettext_noop("Put aside"), "wait", "alert"),
    },
    "mail_problem": {
        "empty": Tag(gettext_noop("There is nothing in it.")),
        "no_mail": Tag(gettext_noop("It is no mail: it has neither headers nor a text.")),
        "unreadable": Tag(gettext_noop("It is broken so that it cannot be read.")),
    },
    "failure_kind": {
        "hard": Tag(gettext_noop("It will never arrive there"), "bad", "cross"),
        "soft": Tag(gettext_noop("It did not arrive this time"), "wait", "clock"),
    },
    "moment": {
        "order_confirmed": Tag(gettext_noop("Order confirmation")),
        "order_received": Tag(gettext_noop("How to pay")),
        "order_cancelled": Tag(gettext_noop("Cancellation notice")),
        "waiting_confirmation": Tag(gettext_noop("Asks to confirm the wait")),
        "back_in_stock": Tag(gettext_noop("Back in stock")),
        "address_code": Tag(gettext_noop("Code for a new address")),
        "address_changed": Tag(gettext_noop("New address confirmed")),
        "order_changed": Tag(gettext_noop("Notice of a change")),
        "order_dispatched": Tag(gettext_noop("Dispatch notice")),
        "order_link": Tag(gettext_noop("New link to the order")),
        "order_to_pay": Tag(gettext_noop("Link to pay")),
        "order_trouble": Tag(gettext_noop("News of a delay or a problem")),
        "trouble_refunded": Tag(gettext_noop("Money back for what did not arrive")),
        "feedback_request": Tag(gettext_noop("How was it?")),
        "feedback_reminder": Tag(gettext_noop("How was it? Once more")),
        "refund_sent": Tag(gettext_noop("Money sent back")),
        "payment_reminder": Tag(gettext_noop("Reminder to pay")),
        "address_asked": Tag(gettext_noop("Asks for the address")),
        "parcel_at_customs": Tag(gettext_noop("At customs")),
        "parcel_asked_by_customs": Tag(gettext_noop("Customs ask for something")),
        "parcel_released": Tag(gettext_noop("Released by customs")),
        "parcel_still_moving": Tag(gettext_noop("Silent for days, still on its way")),
        "parcel_out_for_delivery": Tag(gettext_noop("Out for delivery")),
        "parcel_not_handed_over": Tag(gettext_noop("Attempt failed")),
        "parcel_to_collect": Tag(gettext_noop("Ready to be collected")),
        "parcel_delivered": Tag(gettext_noop("Delivered, with thanks and help")),
        "quotation_sent": Tag(gettext_noop("Quotation")),
        "withdrawal_received": Tag(gettext_noop("Receipt of a withdrawal")),
        "special_notice": Tag(gettext_noop("New dates after a special notice")),
        "staff_welcome": Tag(gettext_noop("Link for a colleague")),
        "machine_alarm": Tag(gettext_noop("State of the machine")),
        "staff_alert": Tag(gettext_noop("Alert for staff")),
        "key_ending": Tag(gettext_noop("A key ends")),
        "machine_alarm_test": Tag(gettext_noop("Test of the alarms")),
        "letter_test": Tag(gettext_noop("Test of a letter")),
    },
    "wording": {
        "missing": Tag(gettext_noop("Missing"), "bad", "cross"),
        "stale": Tag(gettext_noop("For other English"), "bad", "alert"),
        "waiting": Tag(gettext_noop("To be reviewed"), "wait", "clock"),
        "own": Tag(gettext_noop("Your words"), "good", "check"),
        "supplied": Tag(gettext_noop("As supplied")),
    },
    "words_taken": {
        "taken": Tag(gettext_noop("Taken, to be reviewed"), "good", "check"),
        "same": Tag(gettext_noop("As it reads already")),
        "empty": Tag(gettext_noop("Left empty")),
        "refused": Tag(gettext_noop("May not go out"), "bad", "cross"),
        "source": Tag(gettext_noop("The English has changed since"), "wait", "alert"),
        "meanwhile": Tag(gettext_noop("Somebody has written meanwhile"), "wait", "alert"),
        "unknown": Tag(gettext_noop("No letter says it"), "bad", "cross"),
        "unmarked": Tag(gettext_noop("Its mark is gone"), "bad", "cross"),
        "twice": Tag(gettext_noop("Stands in the file twice"), "bad", "cross"),
    },
    "letter_sort": {
        "order": Tag(gettext_noop("Course of an order")),
        "way": Tag(gettext_noop("Where the parcel is")),
        "trouble": Tag(gettext_noop("Delays, losses, money back")),
        "access": Tag(gettext_noop("Way to the order’s page")),
        "request": Tag(gettext_noop("Request for feedback")),
        "marketing": Tag(gettext_noop("Advertising, back in stock")),
        "owed": Tag(gettext_noop("Receipts that the law asks for")),
    },
    "letter_way": {
        "mail": Tag(gettext_noop("by our mail"), "good", "check"),
        "platform": Tag(gettext_noop("only in the platform’s messages"), "wait", "alert"),
        "elsewhere": Tag(gettext_noop("that shop’s system writes it"), "plain", "dot"),
        "never": Tag(gettext_noop("not allowed"), "bad", "cross"),
    },
    "letter_links": {
        "none": Tag(gettext_noop("none")),
        "order": Tag(gettext_noop("only what the order needs")),
        "own": Tag(gettext_noop("allowed")),
    },
    "moment_time": {
        "at_once": Tag(gettext_noop("at once")),
        "daytime": Tag(gettext_noop("in the buyer’s daytime")),
        "by_hand": Tag(gettext_noop("when somebody sends it")),
    },
    "payer": {
        "buyer": Tag(gettext_noop("The buyer")),
        "seller": Tag(gettext_noop("We do")),
    },
    "topic": {
        "parcel": Tag(gettext_noop("Where is the parcel?")),
        "change": Tag(gettext_noop("Wants to change something")),
        "goods": Tag(gettext_noop("Something is wrong with the goods")),
        "invoice": Tag(gettext_noop("Invoice")),
        "other": Tag(gettext_noop("Something else")),
    },
    "reservation_state": {
        "held": Tag(gettext_noop("Held"), "wait", "clock"),
        "released": Tag(gettext_noop("Given back"), "plain", "back"),
        "shipped": Tag(gettext_noop("Left the warehouse"), "good", "check"),
    },
    "work_kind": {
        "reactions": Tag(gettext_noop("Reactions")),
        "deliveries": Tag(gettext_noop("Calls to the outside")),
        "inbox": Tag(gettext_noop("Inbox")),
    },
    "work_state": {
        "waiting": Tag(gettext_noop("Will be tried again"), "wait", "clock"),
        "running": Tag(gettext_noop("Running"), "plain", "dot"),
        "stuck": Tag(gettext_noop("Stuck"), "bad", "alert"),
    },
    "product_state": {
        "draft": Tag(gettext_noop("Draft"), "wait", "clock"),
        "live": Tag(gettext_noop("Live"), "good", "check"),
        "offline": Tag(gettext_noop("Offline"), "plain", "cross"),
    },
    "content_part": {
        "title": Tag(gettext_noop("Title")),
        "subtitle": Tag(gettext_noop("Line below the title")),
        "points": Tag(gettext_noop("In short")),
        "description": Tag(gettext_noop("Description")),
        "facts": Tag(gettext_noop("Facts")),
        "box": Tag(gettext_noop("In the box")),
        "warnings": Tag(gettext_noop("Warnings")),
        "options": Tag(gettext_noop("Choices")),
        "size_chart": Tag(gettext_noop("Size chart")),
    },
    "media_state": {
        "ready": Tag(gettext_noop("Ready"), "good", "check"),
        "preparing": Tag(gettext_noop("Being prepared"), "wait", "clock"),
        "failed": Tag(gettext_noop("Could not be prepared"), "bad", "alert"),
    },
    "media_role": {
        "front": Tag(gettext_noop("From the front")),
        "back": Tag(gettext_noop("From the back")),
        "side": Tag(gettext_noop("From the side")),
        "angle": Tag(gettext_noop("At an angle")),
        "detail": Tag(gettext_noop("Detail")),
        "on_model": Tag(gettext_noop("Worn")),
        "in_use": Tag(gettext_noop("In use")),
        "in_box": Tag(gettext_noop("In its box")),
        "video": Tag(gettext_noop("Video")),
    },
    "media_origin": {
        "own": Tag(gettext_noop("Our own")),
        "supplier": Tag(gettext_noop("The supplier's, with permission")),
    },
    "movement_kind": {
        "received": Tag(gettext_noop("Goods in")),
        "adjusted": Tag(gettext_noop("Corrected")),
        "shipped": Tag(gettext_noop("Shipped")),
        "returned": Tag(gettext_noop("Returned")),
    },
    "role": {
        "owner": Tag(gettext_noop("Owner")),
        "manager": Tag(gettext_noop("Manager")),
        "content": Tag(gettext_noop("Content team")),
        "checker": Tag(gettext_noop("Check team")),
        "agent": Tag(gettext_noop("Customer service")),
        "warehouse": Tag(gettext_noop("Warehouse")),
        "analyst": Tag(gettext_noop("Analyst")),
    },
    "language": {
        "en": Tag("English"),
        "de": Tag("Deutsch"),
        "zh": Tag("简体中文"),
        "fr": Tag("Français"),
        "es": Tag("Español"),
        "pt": Tag("Português"),
        "ja": Tag("日本語"),
    },
}


def tag(table: str, code: str) -> Tag:
    """The code in the spoken language, without the number that may follow it. A code that no table knows is shown as it is."""
    known = _TABLES[table].get(code.partition(":")[0])
    if known is None:
        return Tag(code.replace("_", " "))
    return Tag(words.say(words.spoken(), known.words), known.tone, known.icon)


def codes(table: str) -> tuple[str, ...]:
    """The codes of a table in the order in which they are offered."""
    return tuple(_TABLES[table])
