"""What buyers say of an order once it is there."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('aftersales', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('market', models.CharField(max_length=12)),
                ('delivery', models.PositiveSmallIntegerField(default=0)),
                ('goods', models.PositiveSmallIntegerField(default=0)),
                ('words', models.TextField(blank=True, default='')),
                ('wants_help', models.BooleanField(default=False)),
                ('given_at', models.DateTimeField()),
                ('helped_at', models.DateTimeField(null=True)),
                ('helped_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='feedback', to='orders.order')),
            ],
            options={
                'indexes': [models.Index(fields=['-given_at'], name='feedback_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('delivery__lte', 5), ('goods__lte', 5)), name='feedback_stars')],
            },
        ),
    ]
