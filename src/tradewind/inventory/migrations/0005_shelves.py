from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0004_short_and_changed'),
    ]

    operations = [
        migrations.AddField(
            model_name='stocklevel',
            name='shelf',
            field=models.CharField(blank=True, db_default='', default='', max_length=30),
        ),
    ]
