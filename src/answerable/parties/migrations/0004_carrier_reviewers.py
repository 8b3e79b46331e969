"""The carrier's reviewers are kept apart from counter and cashier as the operator's are."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

NAME = "reviewer_is_neither_counter_nor_cashier"


class Migration(migrations.Migration):
    dependencies = [("parties", "0003_told_once")]
    operations = [
        migrations.AlterField(
            model_name="staff",
            name="roles",
            field=ArrayField(base_field=models.CharField(max_length=24), size=None),
        ),
        migrations.RemoveConstraint(model_name="staff", name=NAME),
        migrations.AddConstraint(
            model_name="staff",
            constraint=models.CheckConstraint(
                condition=~models.Q(roles__overlap=["counter", "cashier"])
                | ~models.Q(roles__overlap=["reviewer", "carrier_reviewer"]),
                name=NAME,
            ),
        ),
    ]
