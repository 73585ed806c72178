"""A promise can be in danger for several reasons: each is a record of its own."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("promises", "0003_of_accounts_and_owed")]
    operations = [
        migrations.CreateModel(
            name="PromiseRisk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cause", models.CharField(max_length=40)),
                ("source_kind", models.CharField(blank=True, default="", max_length=30)),
                ("source_id", models.BigIntegerField(default=0)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                (
                    "promise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="risks", to="promises.promise"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("until__isnull", True)),
                        fields=("promise", "cause", "source_kind", "source_id"),
                        name="promise_risk_once",
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=Q(("until__isnull", True)),
                        fields=["source_kind", "source_id", "promise"],
                        name="promise_risk_by_source",
                    )
                ],
            },
        ),
    ]
