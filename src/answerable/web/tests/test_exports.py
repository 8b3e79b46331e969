"""The pages about copies of what is held: ask, follow, download; for who may alone."""

import pytest

from answerable.exports import actions
from answerable.exports.models import Export
from answerable.trail.models import Fact

PAPERS, HTMX = "/console/papers/", {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def firm(world):
    return world.order("working").enterprise


def test_holder_asks_follows_and_downloads(world, browser, firm):
    client = browser(world.hua)
    assert firm.name in client.get(PAPERS).content.decode()
    assert client.post(f"{PAPERS}export/{firm.pk}/").status_code == 302
    assert client.post(f"{PAPERS}export/{firm.pk}/").status_code == 422
    export = Export.objects.get()
    part = client.get(PAPERS, **HTMX).content.decode()
    assert part.lstrip().startswith('<div id="exports">')
    assert f'hx-get="{PAPERS}"' in part
    assert client.post(f"{PAPERS}exports/{export.pk}/").status_code == 422
    actions.build(export.pk, at=world.at)
    assert "hx-get" not in client.get(PAPERS, **HTMX).content.decode()
    answer = client.post(f"{PAPERS}exports/{export.pk}/")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="answerable-{firm.credit_code}.zip"'
    assert b"".join(answer).startswith(b"PK")
    assert Fact.objects.filter(what="export.downloaded").count() == 1


def test_stranger_neither_asks_nor_downloads(world, browser, firm):
    export = actions.ask_own_export(firm, person=world.hua, at=world.at)
    client = browser(world.zhao)
    assert client.post(f"{PAPERS}export/{firm.pk}/").status_code == 404
    assert client.post(f"{PAPERS}exports/{export.pk}/").status_code == 404
    assert "核验通过后" in client.get(PAPERS).content.decode()


def test_compliance_makes_one_and_cannot_take_the_persons_own(world, browser, firm):
    client, page = browser(world.staff("zheng")), f"/desk/privacy/{firm.pk}/"
    own = actions.ask_own_export(firm, person=world.hua, at=world.at)
    actions.build(own.pk, at=world.at)
    assert client.post(f"/desk/privacy/exports/{own.pk}/").status_code == 404
    assert client.post(f"{page}export/", {"purpose": "查"}).status_code == 422
    assert client.post(f"{page}export/", {"purpose": "书面申请第 1 号"}).status_code == 302
    export = Export.objects.get(staff__isnull=False)
    assert f'hx-get="{page}"' in client.get(page, **HTMX).content.decode()
    actions.build(export.pk, at=world.at)
    assert b"".join(client.post(f"/desk/privacy/exports/{export.pk}/")).startswith(b"PK")
    assert browser(world.staff("lin")).post(f"/desk/privacy/exports/{export.pk}/").status_code == 404
