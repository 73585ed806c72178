from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipping", "0041_look_at_all")]

    operations = [
        migrations.AddField(
            model_name="qualitycheck",
            name="of_pieces",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.RemoveConstraint(model_name="evidence", name="evidence_once"),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("found__isnull", True)), fields=("order", "file"), name="evidence_of_packing_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(fields=("file", "found"), name="evidence_of_check_once"),
        ),
    ]
