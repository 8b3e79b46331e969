"""Sign in over HTTP: the session's key changes, and a wrong word looks the same for everybody."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from answerable.parties.models import Person
from answerable.parties.sms import gateway

pytestmark = pytest.mark.django_db


def send(client, mobile, callbacks, **more):
    with callbacks(execute=True):
        answer = client.post("/sign-in/", {"mobile": mobile, **more})
    found = re.search(r"\d{6}", gateway().newest(mobile) or "")
    return answer, found[0] if found else ""


@pytest.mark.parametrize("typed", ["13900000001", "139 0000 0001", "１３９０００００００１", "+86 139-0000-0001"])
def test_person_signs_in_with_a_mobile_in_any_spelling(world, django_capture_on_commit_callbacks, typed):
    client = Client()
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/sign-in/", {"mobile": typed})
    code = re.search(r"\d{6}", gateway().newest(world.hua.mobile))[0]
    assert client.post("/sign-in/code/", {"code": code}).headers["Location"] == "/console/"
    assert client.session["person"] == world.hua.pk


def test_sessions_key_changes_with_who_signs_in_and_the_old_one_is_dead(world, django_capture_on_commit_callbacks):
    client = Client()
    _, code = send(client, world.hua.mobile, django_capture_on_commit_callbacks)
    before = client.session.session_key
    client.post("/sign-in/code/", {"code": code})
    assert client.session.session_key != before
    stolen = Client()
    stolen.cookies["sessionid"] = before
    assert stolen.get("/console/").status_code == 302


def test_person_comes_back_to_the_page_asked_for(world, django_capture_on_commit_callbacks):
    client = Client()
    _, code = send(client, world.hua.mobile, django_capture_on_commit_callbacks, next=f"/apply/{world.plain}/")
    assert client.post("/sign-in/code/", {"code": code}).headers["Location"] == f"/apply/{world.plain}/"


def test_wrong_code_is_told_and_signs_nobody_in(world, django_capture_on_commit_callbacks):
    client = Client()
    _, code = send(client, "13900000077", django_capture_on_commit_callbacks)
    answer = client.post("/sign-in/code/", {"code": f"{(int(code) + 1) % 10**6:06d}"})
    assert (answer.status_code, answer.context["code"]) == (422, "CODE_WRONG")
    assert not Person.objects.filter(mobile="13900000077").exists()


@pytest.mark.parametrize("mobile", ["110", "", "１３９", "<script>", "x" * 5000])
def test_wrong_mobile_is_told(world, mobile):
    answer = Client().post("/sign-in/", {"mobile": mobile})
    assert (answer.status_code, answer.context["code"]) == (422, "MOBILE_INVALID")
    assert b"<script>" not in answer.content


def test_code_page_without_a_mobile_goes_back(world):
    assert Client().post("/sign-in/code/", {"code": "123456"}).headers["Location"] == "/sign-in/"


def desk(world, **changes):
    form = {"username": "lin", "password": world.password, "code": world.code(timezone.now())} | changes
    client = Client()
    return client, client.post("/desk/sign-in/", form)


def test_staff_sign_in_and_out(world):
    client, answer = desk(world)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/")
    client.post("/desk/sign-out/")
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize(
    "changes", [{"password": "wrong"}, {"code": "000"}, {"username": "nobody"}, {"username": ""}], ids=str
)
def test_whatever_is_wrong_at_the_desk_looks_the_same(world, changes):
    _, answer = desk(world, **changes)
    assert (answer.status_code, answer.context["code"]) == (422, "SIGN_IN_REFUSED")
    assert "sessionid" not in answer.cookies


def test_sign_out_needs_a_post(world, browser):
    client = browser(world.hua)
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/console/").status_code == 200
    client.post("/sign-out/")
    assert client.get("/console/").status_code == 302
