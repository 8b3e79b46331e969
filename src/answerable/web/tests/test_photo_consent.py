"""The hand-held photo on the pages: its text first, a file only after the consent, and a way on without it."""

import html
import io

from answerable.verification.consent import CURRENT, SLOT, TEXTS
from answerable.verification.models import Document, PhotoConsent


def page_of(client, dossier):
    return html.unescape(client.get(f"/console/dossiers/{dossier.pk}/").content.decode())


def test_text_is_shown_before_a_file_is_taken(world, browser):
    dossier = world.dossier(world.order("paid"))
    client = browser(world.hua)
    page = page_of(client, dossier)
    assert all(zh in page for zh, _ in TEXTS[CURRENT])
    assert f'id="file-{SLOT}"' not in page
    answer = client.post(f"/console/dossiers/{dossier.pk}/upload/{SLOT}/", {"file": io.BytesIO(world.jpeg)})
    assert answer.status_code == 422
    client.cookies["django_language"] = "en"
    assert all(en in page_of(client, dossier) for _, en in TEXTS[CURRENT])


def test_consent_opens_the_slot_and_withdrawal_closes_it(world, browser):
    dossier = world.dossier(world.order("paid"))
    client, path = browser(world.hua), f"/console/dossiers/{dossier.pk}/photo-consent/"
    assert client.post(path, {"answer": "given"}).status_code == 422
    assert client.post(path, {"answer": "given", "consent": CURRENT}).status_code == 302
    assert f'id="file-{SLOT}"' in page_of(client, dossier)
    answer = client.post(f"/console/dossiers/{dossier.pk}/upload/{SLOT}/", {"file": io.BytesIO(world.jpeg)})
    assert answer.status_code == 302
    assert client.post(path, {"answer": "declined"}).status_code == 302
    assert "改为现场拍照" in page_of(client, dossier)
    assert Document.objects.get(slot=SLOT).erased_at is not None


def test_desk_sees_that_the_photo_was_declined(world, browser):
    order = world.order("submitted")
    dossier = world.dossier(order)
    browser(world.hua).post(f"/console/dossiers/{dossier.pk}/photo-consent/", {"answer": "declined"})
    code = world.book(order).code
    assert "未同意提供手持证件照" in browser(world.staff("chen")).get(f"/desk/counter/{code}/").content.decode()
    world.handle(order)
    assert "以现场照片代替" in browser(world.staff("lin")).get(f"/desk/review/{dossier.pk}/").content.decode()


def test_approved_photo_says_why_it_is_kept(world, browser):
    dossier = world.dossier(world.order("working"))
    page = page_of(browser(world.hua), dossier)
    assert "工信部令第25号" in page
    answer = browser(world.hua).post(f"/console/dossiers/{dossier.pk}/photo-consent/", {"answer": "declined"})
    assert answer.status_code == 422


def test_stranger_answers_for_nobody(world, browser):
    dossier = world.dossier(world.order("paid"))
    answer = browser(world.zhao).post(f"/console/dossiers/{dossier.pk}/photo-consent/", {"answer": "declined"})
    assert answer.status_code == 404
    assert not PhotoConsent.objects.exists()
