"""What buyers want to hear of is kept, and obeyed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0021_withheld'),
        ('orders', '0025_payment_holds_and_tracking'),
    ]

    operations = [
        migrations.CreateModel(
            name='LetterWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('buyer_id', models.BigIntegerField(null=True)),
                ('way', models.CharField(choices=[('all', 'All'), ('needed', 'Needed')], default='all', max_length=6)),
                ('wants_requests', models.BooleanField(default=True)),
                ('at', models.DateTimeField()),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='letter_wish', to='orders.order')),
            ],
            options={
                'indexes': [models.Index(fields=['buyer_id', '-at'], name='letter_wish_of_buyer')],
            },
        ),
        migrations.AlterField(
            model_name='news',
            name='why',
            field=models.CharField(blank=True, choices=[('over', 'Over'), ('old', 'Old'), ('told', 'Told Anyway'), ('off', 'Off'), ('gone', 'Gone'), ('wish', 'Wish'), ('address', 'Address')], default='', max_length=8),
        ),
    ]
