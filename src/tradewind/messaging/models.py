"""Messages as they were sent. The text is kept as it left, whatever happens to its template."""

from django.db import models


class Message(models.Model):
    """One message to one buyer about one subject."""

    class State(models.TextChoices):
        PLANNED = "planned"
        SENT = "sent"
        UNCERTAIN = "uncertain"  # may have gone out twice: sent again under the same Message-ID
        FAILED = "failed"

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
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    problem = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["moment", "subject_kind", "subject_id"], name="message_moment_once"),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="message_newest")]

    def __str__(self) -> str:
        return self.message_id
