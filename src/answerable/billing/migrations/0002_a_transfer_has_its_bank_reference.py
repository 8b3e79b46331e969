"""A transfer enters once by its bank reference, so it has one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [
        # The reference is unique, so that at most one such row exists.
        migrations.RunSQL(
            "UPDATE billing_transfer SET bank_reference = 'NONE-' || id WHERE bank_reference = ''", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=~models.Q(bank_reference=""), name="a_transfer_has_its_bank_reference"
            ),
        ),
    ]
