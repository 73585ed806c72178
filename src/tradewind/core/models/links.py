"""Signed links: a random token that opens one thing for one purpose."""

from django.db import models


class SignedLink(models.Model):
    """Only the token's digest is kept, so a copy of the database opens nothing."""

    purpose = models.CharField(max_length=30)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="link_by_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject_kind} {self.subject_id}"
