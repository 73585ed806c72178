"""Files: what they are called outside, what they are inside, and who may see them."""

from django.db import models


class StoredFile(models.Model):
    """A private file, kept under its digest. Public media are the catalogue's renditions."""

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.BigIntegerField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
