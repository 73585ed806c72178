"""What mail providers tell of letters: that they were delivered, and what came back."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0024_limits_that_change'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='delivered_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='receivedmail',
            name='provider',
            field=models.CharField(blank=True, default='', max_length=20),
        ),
    ]
