import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipping", "0060_checks_of_pieces")]

    operations = [
        migrations.AddField(
            model_name="parcel",
            name="replaced_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="shipping.parcel"
            ),
        ),
        migrations.AddIndex(
            model_name="parcel",
            index=models.Index(
                condition=models.Q(
                    ("delivered_at__isnull", True), ("replaced_at__isnull", True), ("tracking_number", "")
                ),
                fields=["-handed_over_at", "-id"],
                name="parcel_unnumbered",
            ),
        ),
    ]
