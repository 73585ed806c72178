"""How staff look at the list of orders: views that they keep, and the columns that each prefers."""

from django.db import models

from tradewind.core.models import Staff


class OrderView(models.Model):
    """Filters, order and columns under a name. `query` is what the address carries; it holds no search text, which may name a person."""

    owner = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="order_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True, default="")
    columns = models.JSONField(default=list)
    is_shared = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="order_view_once")]

    def __str__(self) -> str:
        return self.name


class OrderColumns(models.Model):
    """The columns that somebody sees where no view says otherwise."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="order_columns")
    columns = models.JSONField(default=list)

    def __str__(self) -> str:
        return ", ".join(self.columns)
