from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0008_program_keys'),
    ]

    operations = [
        migrations.AddField(
            model_name='apitoken',
            name='revoked_because',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
    ]
