"""What arrived damaged, and because of what."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0025_payment_holds_and_tracking"),
        ("shipping", "0062_risks_of_cases"),
    ]
    operations = [
        migrations.CreateModel(
            name="Damage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.PositiveIntegerField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("packing", "Packing"),
                            ("carrier", "Carrier"),
                            ("before", "Before"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=8,
                    ),
                ),
                ("by", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orders.orderline"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="damages", to="orders.order"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="damage_at")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="damage_of_something")
                ],
            },
        ),
    ]
