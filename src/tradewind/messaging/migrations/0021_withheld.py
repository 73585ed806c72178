"""What a sales channel does not let us write is kept, with its reason."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0019_pace_of_mail'),
        ('orders', '0025_payment_holds_and_tracking'),
    ]

    operations = [
        migrations.CreateModel(
            name='Withheld',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('moment', models.CharField(max_length=60)),
                ('subject_kind', models.CharField(max_length=30)),
                ('subject_id', models.BigIntegerField()),
                ('channel', models.CharField(max_length=12)),
                ('why', models.CharField(choices=[('never', 'Never'), ('platform', 'Platform'), ('elsewhere', 'Elsewhere')], max_length=10)),
                ('at', models.DateTimeField()),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
            ],
            options={
                'indexes': [models.Index(fields=['order', 'id'], name='withheld_of_order'), models.Index(fields=['-at'], name='withheld_newest')],
                'constraints': [models.UniqueConstraint(fields=('moment', 'subject_kind', 'subject_id'), name='withheld_once')],
            },
        ),
    ]
