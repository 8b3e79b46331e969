"""The public pages, over HTTP as a browser would."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    from django.utils import timezone

    from answerable.cli.world import build

    build(at=timezone.now(), size=600, tell=lambda line: None, with_hotline=False)


@pytest.mark.parametrize("path", ["/", "/numbers/", "/prices/", "/who/", "/reports/", "/sign-in/"])
def test_public_page_answers_in_both_languages(world, path):
    client = Client()
    assert client.get(path).status_code == 200
    client.post("/language", {"language": "en", "next": path})
    assert client.get(path).status_code == 200


def test_a(world):
    c = Client()
    for p in [
        "/numbers/4008000400/",
        "/who/4008000400/",
        "/who/?number=400-800-0400",
        "/who/4002000400/",
        "/who/4008999999/",
        "/report/4008000400/",
    ]:
        r = c.get(p, follow=True)
        print(p, r.status_code)
        assert r.status_code == 200
