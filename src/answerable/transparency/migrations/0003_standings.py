"""A row a number of what the log says of it, derived from the entries there are."""

import json
from itertools import groupby

import django.contrib.postgres.fields
from django.db import migrations, models


def derive(apps, schema_editor):
    from answerable.transparency.history import History
    from answerable.transparency.standings import hidden

    entries = apps.get_model("transparency", "Entry").objects.exclude(number="").order_by("number", "index").values_list("number", "index", "leaf")
    standing = apps.get_model("transparency", "Standing")
    for number, rows in groupby(entries.iterator(), key=lambda row: row[0]):
        history = History(number)
        for _, index, leaf in rows:
            history.add(index, json.loads(bytes(leaf)))
        standing.objects.create(number=number, history=history.as_plain(), commitments=hidden(history))


class Migration(migrations.Migration):

    dependencies = [("transparency", "0002_entries_stay")]

    operations = [
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("number", models.CharField(max_length=10, primary_key=True, serialize=False)),
                ("history", models.JSONField(help_text="As `history.History.as_plain` writes it.")),
                ("commitments", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, help_text="Of holders that are natural persons by name.", size=None)),
            ],
        ),
        migrations.RunPython(derive, migrations.RunPython.noop),
    ]
