from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def compare_as_addresses(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Recipients stood there as the reports have them; erasing finds them by how addresses are compared."""
    failures = apps.get_model("messaging", "Failure").objects.using(schema_editor.connection.alias)
    for failure in failures.exclude(recipient="").only("recipient").iterator():
        compared = failure.recipient.strip().casefold()[:254]
        if compared != failure.recipient:
            failures.filter(pk=failure.pk).update(recipient=compared)


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0007_came_back'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='failure',
            index=models.Index(fields=['recipient'], name='failure_of_recipient'),
        ),
        migrations.RunPython(compare_as_addresses, migrations.RunPython.noop),
    ]
