from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="issuedpaper", name="invoice_once"),
    ]
