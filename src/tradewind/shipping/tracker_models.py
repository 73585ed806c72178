"""Trackers as they answer."""

from django.db import models


class TrackerState(models.Model):
    """Of one that has failed at least once. `failing_since` is empty while it answers."""

    code = models.CharField(max_length=20, unique=True)
    failing_since = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True, default="")

    def __str__(self) -> str:
        return self.code
