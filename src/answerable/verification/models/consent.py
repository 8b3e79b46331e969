"""What an applicant answered to the consent that a photo of a face needs."""

from django.db import models
from django.db.models import Q

from answerable.parties.models import Person
from answerable.verification.models.dossiers import Dossier


class PhotoConsent(models.Model):
    """One answer to the question whether the hand-held photo may be taken in (PIPL art. 29: a face is sensitive)."""

    class Answer(models.TextChoices):
        GIVEN = "given", "同意"
        DECLINED = "declined", "不提供"

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="photo_consents")
    answer = models.CharField(max_length=8, choices=Answer)
    text_version = models.CharField(
        max_length=16, help_text="Which text the person was shown (`verification.consent`)."
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="Answered otherwise since: withdrawn, or given after all.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(answer__in=["given", "declined"]), name="photo_consent_answer_is_known"),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(ended_at=None), name="one_photo_consent_in_force_a_dossier"
            ),
        ]
