"""What staff say for customs, one row for an order that needs it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0025_payment_holds_and_tracking"), ("shipping", "0030_packing")]

    operations = [
        migrations.CreateModel(
            "OrderCustoms",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("why", models.CharField(default="sale", max_length=8)),
                ("platform_number", models.CharField(blank=True, default="", max_length=40)),
                ("lines", models.JSONField(default=dict)),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="customs", to="orders.order"
                    ),
                ),
            ],
        ),
    ]
