"""A notice about the end of something goes out once, however often the sweep looks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parties", "0002_sign_in_addresses")]
    operations = [
        migrations.AddField(
            model_name="notice",
            name="key",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="What it is about, where a person is to be told once.",
                max_length=120,
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=~models.Q(key=""), fields=("person", "key"), name="told_once_of_one_thing"
            ),
        ),
    ]
