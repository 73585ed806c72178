"""Subscriptions, what was said to each, and how it was answered. Nothing here is personal: programs ask for that by the API."""

from django.db import models
from django.utils.functional import cached_property

from tradewind.core.models import ShopAccount, Staff
from tradewind.core.reach import Reach


class Subscription(models.Model):
    """An address that wants to hear of some kinds of events, and the secret that its notices are signed with."""

    ref = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=500)
    kinds = models.JSONField()
    # Shop accounts; None: all that whoever answers for it may see. What belongs to no account is told in any case.
    account_ids = models.JSONField(null=True)
    sealed_secret = models.TextField()
    # The secret before: until then, notices are signed with both.
    sealed_before = models.TextField(blank=True, default="")
    before_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True)
    # Why it is off, where we switched it off ourselves: failing, or gone.
    off_because = models.CharField(max_length=20, blank=True, default="")
    created_by = models.ForeignKey(Staff, on_delete=models.PROTECT)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="subscription_name_once")]

    def __str__(self) -> str:
        return self.ref

    @cached_property
    def reach(self) -> Reach:
        """It hears no more than whoever answers for it may see."""
        if self.account_ids is None:
            return self.created_by.reach
        own = ShopAccount.objects.filter(pk__in=self.account_ids, channel=ShopAccount.Channel.OWN)
        return self.created_by.reach.only(self.account_ids, own_shop_id=own.values_list("pk", flat=True).first())


class HookMessage(models.Model):
    """One event as it is said to one subscriber: the same words and the same id at every try."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"

    ref = models.CharField(max_length=40, unique=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # How often it was set going: at first, and by each "send again".
    sendings = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["subscription", "-id"], name="hook_messages_newest"),
            models.Index(fields=["created_at", "id"], name="hook_messages_oldest"),
        ]

    def __str__(self) -> str:
        return self.ref


class HookAttempt(models.Model):
    """One try: what was answered, or why there was no answer."""

    message = models.ForeignKey(HookMessage, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    # The beginning of the answer, or what went wrong.
    text = models.CharField(max_length=500, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.status or self.text} for {self.message_id}"
