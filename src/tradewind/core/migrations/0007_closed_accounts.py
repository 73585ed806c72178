from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0005_more_sales_channels"),
    ]

    operations = [
        migrations.AddField(
            model_name="shopaccount",
            name="closed_at",
            field=models.DateTimeField(null=True),
        ),
    ]
