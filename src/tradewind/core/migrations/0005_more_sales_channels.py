from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0004_staff_access'),
    ]

    operations = [
        migrations.AlterField(
            model_name='shopaccount',
            name='channel',
            field=models.CharField(choices=[('own', 'Own'), ('amazon', 'Amazon'), ('ebay', 'Ebay'), ('aliexpress', 'Aliexpress'), ('shopify', 'Shopify'), ('woocommerce', 'Woocommerce'), ('file', 'File')], max_length=12),
        ),
    ]
