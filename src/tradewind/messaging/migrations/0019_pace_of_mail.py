"""How fast mail goes to each mailbox provider, and which mail has its turn."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0014_typed_values_gone'),
        ('messaging', '0016_the_shops_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailPace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=253, unique=True)),
                ('next_at', models.DateTimeField()),
                ('paused_until', models.DateTimeField(null=True)),
                ('asked', models.PositiveSmallIntegerField(default=0)),
                ('words', models.CharField(blank=True, default='', max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='MailTurn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('delivery', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='core.delivery')),
                ('pace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='messaging.mailpace')),
            ],
            options={
                'indexes': [models.Index(fields=['pace', 'until'], name='mail_turn_under_way')],
            },
        ),
    ]
