"""What a night has learnt of lanes, and what came of the windows that were promised."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipping", "0020_lanes_learnt")]

    operations = [
        migrations.CreateModel(
            name="LaneMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("account_id", models.BigIntegerField(null=True)),
                ("market", models.CharField(max_length=12)),
                ("country", models.CharField(max_length=2)),
                ("option", models.CharField(max_length=30)),
                ("stage", models.CharField(choices=[("order", "Order"), ("handover", "Handover")], max_length=8)),
                ("within", models.PositiveIntegerField(default=0)),
                ("early", models.PositiveIntegerField(default=0)),
                ("late", models.PositiveIntegerField(default=0)),
                ("unknown", models.PositiveIntegerField(default=0)),
                ("still_open", models.PositiveIntegerField(default=0)),
                ("days", models.PositiveBigIntegerField(default=0)),
            ],
            options={"indexes": [models.Index(fields=["month"], name="lane_month_by_month")]},
        ),
        migrations.CreateModel(
            name="LaneRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("learnt_at", models.DateTimeField()),
                ("parcels", models.PositiveIntegerField()),
                ("figures", models.JSONField()),
                ("stated", models.JSONField(default=list)),
            ],
        ),
        migrations.AddIndex("Parcel", models.Index(fields=["market", "option", "country", "handed_over_at"], name="parcel_by_lane")),
    ]
