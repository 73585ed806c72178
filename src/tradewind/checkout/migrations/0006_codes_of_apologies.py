"""A code that a buyer was given as an apology, with the case that it was given for."""

import django.db.models.deletion
from django.db import migrations, models

_OCCASIONS = [
    ("first_purchase", "First Purchase"),
    ("end_of_season", "End Of Season"),
    ("season", "Season"),
    ("event", "Event"),
    ("clearance", "Clearance"),
    ("unpaid_order", "Unpaid Order"),
    ("returning_buyer", "Returning Buyer"),
    ("apology", "Apology"),
]


class Migration(migrations.Migration):
    dependencies = [("checkout", "0005_code_goods_and_buyer"), ("shipping", "0066_shortages_apart")]
    operations = [
        migrations.AlterField("discountcode", "occasion", models.CharField(choices=_OCCASIONS, max_length=16)),
        migrations.AddField(
            "discountcode",
            "trouble",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="code", to="shipping.trouble"
            ),
        ),
    ]
