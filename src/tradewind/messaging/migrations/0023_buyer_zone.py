"""The time zone of the browser that ordered is kept with the order."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0022_wishes'),
        ('orders', '0025_payment_holds_and_tracking'),
    ]

    operations = [
        migrations.CreateModel(
            name='BuyerZone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('zone', models.CharField(max_length=64)),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='buyer_zone', to='orders.order')),
            ],
        ),
    ]
