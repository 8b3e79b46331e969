"""A paper may be filed by the agent of the order: only papers of the organisation, and never as the uploader's own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0009_agents'),
        ('verification', '0016_transfer'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='filed_by_agent',
            field=models.ForeignKey(help_text="The agent whose member uploaded it for the customer; then it is the customer's, not the uploader's.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.agent'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('filed_by_agent__isnull', True), models.Q(('dossier__isnull', False), ('slot__in', ('licence', 'telecom_licence', 'sector_licence', 'lease', 'office_photo', 'destination_proof')), ('uploaded_by__isnull', False)), _connector='OR'), name='an_agent_files_papers_of_the_organisation'),
        ),
    ]
