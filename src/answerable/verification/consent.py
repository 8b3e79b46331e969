"""The consent of its own that the hand-held photo needs (PIPL art. 29): its text, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable

from answerable.verification.models import Dossier, PhotoConsent
from answerable.verification.slots import Asked

SLOT = "handler_photo"
CURRENT = "2026-1"
TEXTS: dict[str, tuple[tuple[str, str], ...]] = {
    "2026-1": (
        (
            "手持身份证的照片含有人脸，属于敏感个人信息，须由您单独同意（《个人信息保护法》第二十九条）。",
            "A photo of you with your ID card shows your face. That is sensitive personal information, so it needs a consent of its own (PIPL art. 29).",
        ),
        (
            "用途：由审核员核对办理人与所持证件是否为同一人；不作人脸识别，不作他用。",
            "What for: reviewers compare the applicant with the card in hand. No face recognition, no other use.",
        ),
        (
            "保存：加密保存；号码未开通的，办理结束后 180 天删除；开通的，服务期间及终止后两年内留存（工信部令第25号），期满删除。",
            "How long: kept encrypted. If the number never comes into service, erased 180 days after the application ends; if it does, kept during service and two years after (MIIT Order 25), then erased.",
        ),
        (
            "您可以不同意：不影响办理，到营业厅时由受理员现场拍照代替。提交后、通过前也可随时撤回，照片随即销毁。",
            "You may decline: your application goes on, and the counter takes an on-site photo instead. Until the approval you may also withdraw at any time; the photo is then destroyed.",
        ),
        (
            "照片中的人不是您本人的，请先取得其本人同意。",
            "If the person in the photo is not you, get that person's own consent first.",
        ),
    ),
}
"""By version, each paragraph in Chinese and English. A text that somebody answered is never changed: add a version."""


def answer_of(dossier: Dossier) -> PhotoConsent | None:
    """Return the answer in force, if the question was answered at all."""
    return dossier.photo_consents.filter(ended_at=None).first()


def is_given(dossier: Dossier) -> bool:
    """Say whether a photo may be taken in now: given, and to the text as it reads today."""
    return dossier.photo_consents.filter(ended_at=None, answer="given", text_version=CURRENT).exists()


def is_declined(dossier: Dossier) -> bool:
    """Say whether no photo is to be had: declined, or the consent was taken back."""
    return dossier.photo_consents.filter(ended_at=None, answer="declined").exists()


def is_kept(dossier: Dossier) -> bool:
    """Say whether the law keeps the photo: the dossier was approved (MIIT Order 25)."""
    return dossier.state == "approved" or dossier.verified_until is not None


def without_declined(dossier: Dossier, wanted: list[Asked]) -> list[Asked]:
    """Leave the photo out of what a dossier must hold where it was declined: the counter's own photo stands for it."""
    is_asked = any(one.slot == SLOT for one in wanted)
    return [one for one in wanted if one.slot != SLOT] if is_asked and is_declined(dossier) else wanted


def declined_among(dossiers: Iterable[Dossier]) -> set[tuple[Dossier, str]]:
    """Pair those of many dossiers that may lack the photo with its slot: one query."""
    found = PhotoConsent.objects.filter(dossier__in=[d.pk for d in dossiers], ended_at=None, answer="declined")
    return {(consent.dossier, SLOT) for consent in found.select_related("dossier")}
