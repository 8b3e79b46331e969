"""A number knows the nearest deadline of a re-verification, which the gates are told as an end of its verification."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("numbers", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="number",
            name="recheck_until",
            field=models.DateTimeField(
                blank=True,
                help_text="The nearest deadline of a re-verification that is still asked for.",
                null=True,
            ),
        ),
    ]
