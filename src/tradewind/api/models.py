"""What the API keeps of programs: how much of a minute a key has taken, and what it was answered when it wrote."""

from django.db import models

from tradewind.core.models import ApiToken


class Allowance(models.Model):
    """How often a key was let ask in a minute: one row per key, written anew with each minute. `minute` counts from 1970."""

    token = models.OneToOneField(ApiToken, on_delete=models.CASCADE, related_name="allowance")
    minute = models.BigIntegerField()
    taken = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.taken} of {self.token_id} in {self.minute}"


class StoredAnswer(models.Model):
    """The answer to a request that changed something, under the key that its program gave it.

    Written in the transaction of the change: without the change there is no answer, and never one without the other.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # of what was asked
    status = models.PositiveSmallIntegerField(default=0)
    sealed = models.TextField(default="")  # the body: it may hold a secret that is shown once
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="stored_answer_once")]

    def __str__(self) -> str:
        return f"{self.key} of {self.token_id}"
