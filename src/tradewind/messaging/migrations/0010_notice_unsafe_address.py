"""Orders whose address no mail can carry are listed with a reason of their own. Nothing changes in the table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0009_letters_of_parcels")]

    operations = [
        migrations.AlterField(
            model_name="noticeitem",
            name="why",
            field=models.CharField(
                blank=True,
                choices=[("channel", "Channel"), ("address", "No Address"), ("unsafe", "Unsafe")],
                default="",
                max_length=8,
            ),
        ),
    ]
