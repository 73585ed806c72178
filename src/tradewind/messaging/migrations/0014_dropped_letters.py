"""Letters and batches of notices that staff give up have reasons of their own. Nothing changes in the tables."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0013_news")]

    operations = [
        migrations.AlterField(
            model_name="noticeitem",
            name="why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("channel", "Channel"),
                    ("address", "No Address"),
                    ("unsafe", "Unsafe"),
                    ("refused", "Refused"),
                    ("dropped", "Dropped"),
                ],
                default="",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="noticerun",
            name="why",
            field=models.CharField(
                blank=True,
                choices=[("by_hand", "By Hand"), ("changed", "Changed"), ("dropped", "Dropped")],
                default="",
                max_length=8,
            ),
        ),
    ]
