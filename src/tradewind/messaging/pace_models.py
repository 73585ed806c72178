"""How fast mail may go to whom, and which mail has its turn. What stands here can be lost: it is learnt again."""

from django.db import models

from tradewind.core.models import Delivery


class MailPace(models.Model):
    """One mailbox provider or domain whose mail is limited, or that has asked for slowness; the empty key is the mail server itself."""

    key = models.CharField(max_length=253, unique=True)
    # Letters a minute by which places in the queue were given; 0: without a limit.
    a_minute = models.PositiveIntegerField(default=0)
    # When the next place is.
    next_at = models.DateTimeField()
    paused_until = models.DateTimeField(null=True)
    # How often it asked for slowness lately: each mail that it takes counts one off.
    asked = models.PositiveSmallIntegerField(default=0)
    words = models.CharField(max_length=300, blank=True, default="")

    def __str__(self) -> str:
        return self.key or "the mail server"


class MailTurn(models.Model):
    """The place of one mail in the queue of its domain. `until`: it is under way, and counts as that for so long at most."""

    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="+")
    pace = models.ForeignKey(MailPace, on_delete=models.CASCADE, related_name="turns")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["pace", "until"], name="mail_turn_under_way")]

    def __str__(self) -> str:
        return f"{self.delivery_id} at {self.at}"
