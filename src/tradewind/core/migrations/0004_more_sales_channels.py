from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_search_vector'),
    ]

    operations = [
        migrations.AlterField(
            model_name='shopaccount',
            name='channel',
            field=models.CharField(choices=[('own', 'Own'), ('amazon', 'Amazon'), ('ebay', 'Ebay'), ('aliexpress', 'Aliexpress'), ('shopify', 'Shopify'), ('woocommerce', 'Woocommerce'), ('file', 'File')], max_length=12),
        ),
    ]
