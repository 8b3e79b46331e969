"""Failures are counted by address, and a member of staff's own addresses are known: a stranger locks nobody out."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parties", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="signinfailure", name="address", field=models.GenericIPAddressField(db_index=True, null=True)
        ),
        migrations.CreateModel(
            name="SignInAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.GenericIPAddressField()),
                ("last_at", models.DateTimeField()),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="addresses", to="parties.staff"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("staff", "address"), name="sign_in_address_once")]
            },
        ),
    ]
