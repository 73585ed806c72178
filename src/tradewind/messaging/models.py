"""Messages as they were sent. The text is kept as it left, whatever happens to its template."""

from django.db import models
from django.db.models import Q

from tradewind.catalog.models import Variant
from tradewind.core.models import Staff
from tradewind.markets.models import Announcement
from tradewind.messaging.news_models import MomentOff, News
from tradewind.messaging.pace_models import MailPace, MailTurn
from tradewind.messaging.received_models import Failure, ReceivedMail, Suppression
from tradewind.messaging.wish_models import BuyerZone, LetterWish
from tradewind.messaging.withheld_models import Withheld
from tradewind.messaging.wording.models import Edition, LanguageOff, Vouching, WordingVersion
from tradewind.orders.models import Order

__all__ = [
    "BuyerMessage",
    "BuyerZone",
    "Edition",
    "Failure",
    "LanguageOff",
    "LetterWish",
    "MailPace",
    "MailTurn",
    "Message",
    "MomentOff",
    "News",
    "NoticeItem",
    "NoticeRun",
    "ReceivedMail",
    "Suppression",
    "Vouching",
    "Waiting",
    "Withheld",
    "WordingVersion",
]


class Message(models.Model):
    """One message to one buyer about one subject."""

    class State(models.TextChoices):
        PLANNED = "planned"
        SENT = "sent"
        UNCERTAIN = "uncertain"  # may have gone out twice: sent again under the same Message-ID
        FAILED = "failed"
        RETURNED = "returned"  # it left, and came back

    message_id = models.CharField(max_length=200, unique=True)
    moment = models.CharField(max_length=60)
    language = models.CharField(max_length=8)
    buyer_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    sender = models.CharField(max_length=254)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=254)
    text = models.TextField()
    html = models.TextField()
    # What staff read in its place, where the text holds a code that is the buyer's alone. Empty: the text itself.
    shown = models.TextField(blank=True, default="")
    # Where one click ends what the message belongs to; empty for what follows from a contract.
    stop_url = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    problem = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    # A mail provider has told that the recipient's mail server took it.
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["moment", "subject_kind", "subject_id"], name="message_moment_once"),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="message_newest"),
            models.Index(fields=["-sent_at"], name="message_sent", condition=Q(sent_at__isnull=False)),
            models.Index(fields=["recipient", "created_at"], name="message_recipient"),
            # What has yet to leave. Without the state in the condition: SQLite cannot see one in a parameter.
            models.Index(fields=["state", "moment"], name="message_unsent", condition=Q(sent_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.message_id


class Waiting(models.Model):
    """Somebody asked to be told when a variant is back. Once told, the address is gone; the bare row counts for hours."""

    class State(models.TextChoices):
        ASKED = "asked"  # and not yet confirmed from the mailbox
        CONFIRMED = "confirmed"
        TOLD = "told"

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    email = models.CharField(max_length=254)
    address = models.CharField(max_length=254)  # the e-mail address as it is compared
    market = models.CharField(max_length=20)
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "address"], condition=~Q(address=""), name="waiting_address_once"
            ),
            models.CheckConstraint(condition=~Q(state="told") | Q(email="", address=""), name="waiting_told_is_nobody"),
        ]
        indexes = [models.Index(fields=["address", "asked_at"], name="waiting_address")]

    def __str__(self) -> str:
        return f"{self.pk} for variant {self.variant_id}"


class BuyerMessage(models.Model):
    """What a buyer wrote to us about an order, in their own words. Erasing the buyer empties words and address."""

    class Topic(models.TextChoices):
        PARCEL = "parcel"
        CHANGE = "change"
        GOODS = "goods"
        INVOICE = "invoice"
        OTHER = "other"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="buyer_messages")
    buyer_id = models.BigIntegerField(null=True)
    # Of the form and what was written in it: two clicks are one message, another text in the same form is another.
    key = models.CharField(max_length=40)
    topic = models.CharField(max_length=10, choices=Topic.choices)
    text = models.TextField()
    reply_to = models.CharField(max_length=254)
    language = models.CharField(max_length=8)
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "key"], name="buyer_message_once")]
        indexes = [models.Index(fields=["buyer_id"], name="buyer_message_by_buyer")]

    def __str__(self) -> str:
        return f"{self.topic} {self.pk} about order {self.order_id}"


class NoticeRun(models.Model):
    """What a special notice means for open promises: looked at when it was made or changed, and told to the buyers when somebody
    says so. `revision` is the notice that was looked at: an edited one stops the run.

    Its stages follow one another. A look sees whom the notice does not hit any more, and then whom it hits; a telling first
    plans whom it tells and then writes to them. Each walks along promises: `after_due` and `after_id` say behind which it goes on.
    """

    class Act(models.TextChoices):
        LOOK = "look"
        TELL = "tell"

    class Stage(models.TextChoices):
        SPARE = "spare"
        MARK = "mark"
        PLAN = "plan"
        WRITE = "write"

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"

    class Why(models.TextChoices):
        BY_HAND = "by_hand"
        CHANGED = "changed"
        DROPPED = "dropped"  # staff gave up a batch that failed

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="runs")
    revision = models.PositiveIntegerField()
    act = models.CharField(max_length=4, choices=Act.choices)
    stage = models.CharField(max_length=5, choices=Stage.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    why = models.CharField(max_length=8, choices=Why.choices, blank=True, default="")  # it was stopped
    by = models.CharField(max_length=60)
    account_ids = models.JSONField(null=True)  # how far it reaches, None: into all shop accounts
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    step = models.PositiveIntegerField(default=0)  # batches that are done
    after_due = models.DateTimeField(null=True)
    after_id = models.BigIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0)  # orders
    planned = models.PositiveIntegerField(default=0)  # buyers who are to be told
    told = models.PositiveIntegerField(default=0)
    listed = models.PositiveIntegerField(default=0)
    passed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["announcement"], condition=Q(act="tell", state="running"), name="notice_told_by_one"
            )
        ]
        indexes = [models.Index(fields=["announcement", "-id"], name="notice_run_newest")]

    def __str__(self) -> str:
        return f"{self.act} {self.pk} {self.state}"


class NoticeItem(models.Model):
    """One order whose buyer a run tells, in the order of their turns, and what became of it. `why` is a code for a buyer whom we may
    not or cannot write to; `letter` what a letter says that is on its way: {"is_sent": bool, "changes": [{"promise": key,
    "first": day, "last": day, "inputs": {…}}]}.
    """

    class State(models.TextChoices):
        WAITING = "waiting"  # planned: nothing is written yet
        LEAVING = "leaving"  # the letter is written, and has not left
        TOLD = "told"
        LISTED = "listed"
        PASSED = "passed"  # not hit any more

    class Why(models.TextChoices):
        CHANNEL = "channel"
        NO_ADDRESS = "address"
        UNSAFE = "unsafe"  # an address that would break the header of a mail
        REFUSED = "refused"  # no mail server took it
        DROPPED = "dropped"  # staff gave its letter up

    run = models.ForeignKey(NoticeRun, on_delete=models.CASCADE, related_name="items")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices)
    why = models.CharField(max_length=8, choices=Why.choices, blank=True, default="")
    letter = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "order"], name="notice_item_once")]
        indexes = [models.Index(fields=["run", "state", "id"], name="notice_item_by_state")]

    def __str__(self) -> str:
        return f"{self.order_id} in {self.run_id}: {self.state}"
