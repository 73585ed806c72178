from typing import Any

from django.db import migrations


def empty(apps: Any, _schema_editor: Any) -> None:
    """What was typed beside a wrong password stood there in the clear."""
    attempts = apps.get_model('axes', 'AccessAttempt')
    attempts.objects.exclude(get_data='', post_data='').update(get_data='', post_data='')


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0011_passkeys'),
        ('axes', '0010_accessattemptexpiration'),
    ]

    operations = [
        migrations.RunPython(empty, migrations.RunPython.noop),
    ]
