"""A code confirms the one thing it was sent for: a code to sign in fulfils no re-verification."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parties", "0006_dated_authorisation")]
    operations = [
        migrations.AddField(
            model_name="smscode",
            name="about",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="What it confirms (recheck:12); empty signs in.",
                max_length=40,
            ),
        ),
    ]
