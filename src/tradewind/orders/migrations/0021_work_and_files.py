from django.db import migrations


class Migration(migrations.Migration):
    """Two lines of migrations become one; neither needs the other."""

    dependencies = [
        ('orders', '0013_views'),
        ('orders', '0020_order_imports'),
    ]

    operations = []
