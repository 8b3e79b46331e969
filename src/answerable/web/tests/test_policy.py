"""A strict policy on every answer, nothing inline on any page, a token in every form, both languages."""

import pytest
from django.test import Client

from answerable.parties.roles import permissions
from answerable.verification.actions.documents import path_of
from answerable.verification.models import Document
from answerable.web.middleware import POLICY


def test_policy_is_strict():
    rules = dict(rule.strip().split(" ", 1) for rule in POLICY.split(";"))
    assert (rules["default-src"], rules["script-src"], rules["style-src"]) == ("'none'", "'self'", "'self'")
    assert (rules["frame-ancestors"], rules["base-uri"], rules["form-action"]) == ("'none'", "'none'", "'self'")
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"} & set(POLICY.replace(";", " ").split())


@pytest.fixture
def visit(browser, read):
    """Open a page; return its answer, and what it holds if it is a page of HTML."""

    def visit(who, path, language):
        client = browser(who)
        client.cookies["django_language"] = language
        answer = client.get(path)
        is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
        return answer, read(answer.content.decode()) if is_page else None

    return visit


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_holds_anything_inline(routes, ids, world, visit, language):
    visitors = {"public": None, "program": None, "person": world.hua, "staff": world.staff("gong")}
    for name in ("chen", "lin", "qian", "sun", "zheng"):
        member = world.staff(name)
        visitors |= {f"staff:{permission}": member for permission in sorted(permissions(member.roles))}
    seen = set()
    for route in routes:
        who = visitors.get(route.door, visitors[route.door.split(":")[0]])
        answer, page = visit(who, route.path(ids), language)
        assert answer.headers["Content-Security-Policy"] == POLICY, route.name
        assert answer.status_code != 404, route.name
        if page is not None:
            assert (route.name, page.inline, page.language[:2]) == (route.name, [], language[:2])
            assert page.post_forms <= page.tokens, route.name
            seen.add(route.name)
    assert len(seen) >= 31


@pytest.mark.parametrize("path", ["/nowhere/", "/console/", "/language"])
def test_error_and_redirect_carry_the_policy_too(world, path):
    answer = Client().get(path)
    assert answer.status_code in {302, 404, 405}
    assert answer.headers["Content-Security-Policy"] == POLICY


def test_our_own_fault_is_said_to_be_ours_and_nothing_is_inline(world, ids, browser, read):
    document = Document.objects.get(pk=ids["document_id"])
    path_of(document.pk).write_bytes(b"tampered")
    client = browser(world.hua, raise_request_exception=False)
    answer = client.get(f"/console/documents/{document.pk}/0.jpg")
    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (500, POLICY)
    assert read(answer.content.decode()).inline == []


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Frame-Options", "DENY"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"), ("Cache-Control", "no-store"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)  # fmt: skip
def test_page_of_the_console_carries_the_safe_headers(world, browser, header, value):
    assert browser(world.hua).get("/console/").headers[header] == value


def test_health_answers(world):
    assert Client().get("/healthz").json() == Client().get("/readyz").json() == {"status": "ok"}


@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "nowhere", "²"]
)
def test_nobody_is_sent_elsewhere(world, browser, there):
    assert browser().post("/language", {"language": "en", "next": there}).headers["Location"] == "/"
    assert browser(world.hua).get("/sign-in/", {"next": there}).headers["Location"] == "/console/"


def test_language_is_kept_with_the_person(world, browser):
    browser(world.hua).post("/language", {"language": "en", "next": "/"})
    world.hua.refresh_from_db()
    assert world.hua.language == "en"
