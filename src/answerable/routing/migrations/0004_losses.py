"""What the guard of losses counts, and which numbers it holds back."""

import django.db.models.deletion
from django.db import migrations, models


def count(apps, schema_editor):
    """Count once what rings, so that the publisher need not while stops wait for it."""
    from answerable.routing.losses import count_open

    published = apps.get_model("routing", "Published").objects.all()
    apps.get_model("routing", "Tally").objects.create(pk=1, open=count_open(published))


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0009_agents'),
        ('routing', '0003_stops_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('open', models.PositiveIntegerField()),
                ('losses', models.JSONField(default=list, help_text="[minute (epoch seconds), numbers], the last hour's.")),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_tally')],
            },
        ),
        migrations.CreateModel(
            name='HeldNumber',
            fields=[
                ('number', models.CharField(max_length=10, primary_key=True, serialize=False)),
                ('held_at', models.DateTimeField()),
                ('passed_at', models.DateTimeField(null=True)),
                ('passed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.staff')),
                ('passed_with', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.staff')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('passed_at', None), ('passed_by', None), ('passed_with', None)), models.Q(('passed_at__isnull', False), ('passed_by__isnull', False), ('passed_with__isnull', False), models.Q(('passed_by', models.F('passed_with')), _negated=True)), _connector='OR'), name='two_people_let_a_loss_through')],
            },
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
