"""A number that a present ledger brought is taken over by its holder: the third kind of order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_no_receipt_no_opening")]
    operations = [
        migrations.AlterField(
            model_name="order",
            name="kind",
            field=models.CharField(
                choices=[("new", "新开"), ("renewal", "续约"), ("takeover", "接管")], default="new", max_length=8
            ),
        )
    ]
