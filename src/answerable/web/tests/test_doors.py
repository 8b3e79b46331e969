"""Every address and every role: who gets in, who is sent to sign in, and to whom the page does not exist."""

import pytest

from answerable.parties.queries import may
from answerable.parties.roles import PERMISSIONS
from answerable.trail.models import Fact

NOBODY, EVERYBODY = {"GET": 404, "POST": 404}, {200, 302, 405, 422}
STAFF = ("chen", "lin", "qian", "sun", "gong", "zheng")


def of(routes, kind):
    return [route for route in routes if route.door.startswith(kind)]


def statuses(client, routes, ids, methods=("GET", "POST")):
    """Ask every address; return each whose answer is what."""
    return {
        (method, route.name): client.generic(method, route.path(ids)).status_code
        for route in routes
        for method in methods
    }


def test_every_view_stands_behind_a_door(routes):
    assert {route.name: route.door for route in routes if route.door == "none"} == {}
    doors = {"public", "person", "program", "staff:"} | {f"staff:{p}" for held in PERMISSIONS.values() for p in held}
    assert {door for route in routes for door in route.door.split(",") if door not in doors} == {"see_operations"}


def test_each_part_has_its_kind_of_door(routes):
    kinds = {
        "site": {"public", "person"},
        "console": {"person"},
        "desk": {"public", "staff"},
        "api": {"public", "program"},
        "metrics": {"program"},
    }
    for route in routes:
        part = route.name.split(":")[0]
        assert route.door.split(":")[0] in kinds.get(part, {"public"}), route.name
    assert {r.name for r in of(routes, "person") if r.name.startswith("site:")} == {
        "site:apply",
        "site:apply_organisation",
        "site:apply_confirm",
    }
    assert {r.name for r in of(routes, "public") if r.name.startswith("desk:")} == {"desk:sign_in", "desk:sign_out"}
    assert len(routes) >= 65


def test_public_sees_the_public_pages(routes, ids, browser):
    found = statuses(browser(), of(routes, "public"), ids, ["GET"])
    assert {key: status for key, status in found.items() if status not in EVERYBODY} == {}


def test_anonymous_is_sent_to_sign_in_and_back(routes, ids, browser):
    client = browser()
    for kind, sign_in in (("person", "/sign-in/"), ("staff", "/desk/sign-in/")):
        for route in of(routes, kind):
            for method in ("GET", "POST"):
                answer = client.generic(method, route.path(ids))
                assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, sign_in), route.name


def test_hua_gets_into_everything_of_her_own(routes, ids, world, browser):
    found = statuses(browser(world.hua), of(routes, "person"), ids, ["GET"])
    assert {key: status for key, status in found.items() if status not in EVERYBODY} == {}


def test_stranger_finds_nothing_of_huas_and_changes_nothing(routes, ids, world, browser):
    private = [r for r in of(routes, "person") if r.name.startswith("console:") and r.fields]
    assert len(private) >= 22
    facts = Fact.objects.count()
    found = statuses(browser(world.zhao), private, ids)
    assert {status for (method, _), status in found.items() if method == "POST"} == {404}
    assert {status for (method, _), status in found.items() if method == "GET"} == {404, 405}
    assert Fact.objects.count() == facts


def test_stranger_who_guesses_ids_under_an_own_number_finds_nothing(ids, world, browser):
    """赵 has a number of his own: Hua's line is not his to remove through it."""
    mine = world.order("working", world.pool["AABB"], person=world.zhao, firm="zhao")
    client = browser(world.zhao)
    assert client.get(f"/console/numbers/{mine.number_id}/").status_code == 200
    assert client.post(f"/console/numbers/{mine.number_id}/lines/{ids['destination_id']}/remove/").status_code == 404


def test_strangers_own_pages_hold_nothing_of_huas(ids, world, browser):
    client = browser(world.zhao)
    for path in ("/console/", "/console/notices/"):
        page = client.get(path).content.decode()
        for text in (world.firm("hua").name, ids["order_no"], world.plain, ids["code"]):
            assert text not in page


def test_signed_in_person_finds_no_desk(routes, ids, world, browser):
    found = statuses(browser(world.hua), of(routes, "staff"), ids)
    assert {key: status for key, status in found.items() if status != 404} == {}


def test_staff_gets_in_with_the_permission_and_finds_nothing_without(routes, ids, world, browser):
    facts = Fact.objects.count()
    for member in map(world.staff, STAFF):
        client = browser(member)
        for route in of(routes, "staff"):
            needed, path = [p for p in route.door.removeprefix("staff:").split(",") if p], route.path(ids)
            if not needed or any(may(member, permission) for permission in needed):
                assert client.get(path).status_code in EVERYBODY, (member.username, route.name)
            else:
                found = (client.get(path).status_code, client.post(path).status_code)
                assert found == (404, 404), (member.username, route.name)
    shown = {"report.evidence_shown", "document.shown", "registration.shown", "paper.printed", "disavowal.letter_shown"}
    assert set(Fact.objects.order_by("id")[facts:].values_list("what", flat=True)) <= shown


def test_staff_is_nobodys_applicant(routes, ids, world, browser):
    for member in map(world.staff, ("lin", "gong")):
        assert set(statuses(browser(member), of(routes, "person"), ids).values()) == {302}


def test_staff_who_left_is_out_at_once(ids, world, browser):
    lin = world.staff("lin")
    client = browser(lin)
    assert client.get("/desk/review/").status_code == 200
    lin.is_active = False
    lin.save()
    assert client.get("/desk/review/").status_code == 302


def test_post_without_a_token_is_forbidden_everywhere(routes, ids, world, browser):
    for who, kind in ((None, "public"), (world.hua, "person"), (world.staff("gong"), "staff")):
        client = browser(who, enforce_csrf_checks=True)
        found = statuses(client, of(routes, kind), ids, ["POST"])
        assert {key: status for key, status in found.items() if status != 403} == {}


@pytest.mark.parametrize(
    "path",
    [
        "/console/orders/A000000XXXXXX/",
        "/console/dossiers/99999999999999999999/",
        "/nowhere/",
        "/console/numbers/110/",
        "/desk/review/0/",
    ],
)
def test_what_does_not_exist_looks_like_what_is_not_yours(ids, world, browser, path):
    client = browser(world.hua)
    missing = client.get(path)
    theirs = browser(world.zhao).get(f"/console/orders/{ids['order_no']}/")
    assert missing.status_code == theirs.status_code == 404
    assert missing.templates[0].name == theirs.templates[0].name == "web/404.html"
