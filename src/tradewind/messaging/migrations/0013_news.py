"""News waits in rows of its own for a good hour; markets may be told less."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0012_notices_in_their_turn'),
        ('orders', '0025_payment_holds_and_tracking'),
    ]

    operations = [
        migrations.CreateModel(
            name='MomentOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('moment', models.CharField(max_length=60)),
                ('market', models.CharField(max_length=20)),
                ('by', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('moment', 'market'), name='moment_off_once')],
            },
        ),
        migrations.CreateModel(
            name='News',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('moment', models.CharField(max_length=60)),
                ('subject_kind', models.CharField(max_length=30)),
                ('subject_id', models.BigIntegerField()),
                ('is_urgent', models.BooleanField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('told', 'Told'), ('passed', 'Passed')], default='waiting', max_length=8)),
                ('why', models.CharField(blank=True, choices=[('over', 'Over'), ('old', 'Old'), ('told', 'Told Anyway'), ('off', 'Off'), ('gone', 'Gone'), ('address', 'Address')], default='', max_length=8)),
                ('message_id', models.BigIntegerField(null=True)),
                ('happened_at', models.DateTimeField()),
                ('heard_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at', 'order'], name='news_due'), models.Index(fields=['order', 'id'], name='news_of_order'), models.Index(condition=models.Q(('message_id__isnull', False)), fields=['message_id'], name='news_by_message')],
                'constraints': [models.UniqueConstraint(fields=('moment', 'subject_kind', 'subject_id'), name='news_once')],
            },
        ),
    ]
