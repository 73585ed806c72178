"""Facts: what happened, in past tense, for ever, without personal data."""

from django.db import models


class FactRecord(models.Model):
    """One fact as it was recorded. `data` is the dataclass as JSON; readers go through `core.facts.load`."""

    name = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField()
    data = models.JSONField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="fact_by_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class FactSubject(models.Model):
    """What a fact is about: the timeline of a subject is a query on this table."""

    fact = models.ForeignKey(FactRecord, on_delete=models.CASCADE, related_name="subjects", db_index=False)
    kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id", "fact"], name="fact_subject_once")]
        indexes = [models.Index(fields=["fact"], name="fact_subject_by_fact")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
