"""News that could not be told is tried again after pauses that grow; and what is asked each time that news is told has an index: what
is due, what has yet to leave, and who was written to today.
"""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("messaging", "0014_dropped_letters")]

    operations = [
        migrations.AddField(model_name="news", name="failures", field=models.PositiveSmallIntegerField(default=0)),
        migrations.RemoveIndex(model_name="news", name="news_due"),
        migrations.AddIndex(
            model_name="news",
            index=models.Index(fields=["due_at", "order"], name="news_due", condition=Q(settled_at__isnull=True)),
        ),
        migrations.AddIndex(
            model_name="message", index=models.Index(fields=["recipient", "created_at"], name="message_recipient")
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["state", "moment"], name="message_unsent", condition=Q(sent_at__isnull=True)),
        ),
    ]
