"""The public pages: choose, look up, report."""

import re

import pytest
from django.test import Client

from answerable.complaints.models import Report
from answerable.numbers.actions import stop

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/numbers/", "/prices/", "/who/", "/reports/", "/sign-in/"])
def test_public_page_answers_in_both_languages(world, path):
    client = Client()
    chinese = client.get(path)
    client.post("/language", {"language": "en", "next": path})
    english = client.get(path)
    assert chinese.status_code == english.status_code == 200
    assert chinese.content != english.content


def test_each_number_found_shows_its_full_price_and_why(world):
    page = Client().get("/numbers/", {"pattern": "AAAA"})
    (row,) = page.context["rows"]
    assert (row["number"].pk, row["price"].total_fen) == (world.pool["AAAA"], 240_000 + 500_000)
    assert "四连号" in page.content.decode()


@pytest.mark.parametrize(("ends_with", "rows"), [("2121", 1), ("359", 2)])
def test_search_costs_the_same_queries_for_one_number_and_for_more(world, django_assert_num_queries, ends_with, rows):
    client = Client()
    client.get("/numbers/")
    with django_assert_num_queries(6):
        assert len(client.get("/numbers/", {"ends_with": ends_with}).context["rows"]) == rows


@pytest.mark.parametrize(
    "query", ["ends_with=%EF%BC%91%EF%BC%93%EF%BC%95%EF%BC%97", "ends_with=13-57", "ends_with=1 3 5 7"]
)
def test_search_folds_the_spelling(world, query):
    rows = Client().get(f"/numbers/?{query}").context["rows"]
    assert [row["number"].pk for row in rows] == [world.unicom, world.plain]


def test_empty_result_says_what_to_do(world):
    page = Client().get("/numbers/", {"ends_with": "000000"})
    assert (page.status_code, page.context["rows"]) == (200, [])


@pytest.mark.parametrize("page", ["0", "-1", "999", "x", ""])
def test_page_that_is_not_there_shows_one_that_is(world, page):
    assert Client().get("/numbers/", {"page": page}).status_code == 200


def test_htmx_gets_the_list_alone(world):
    assert b"<html" not in Client().get("/numbers/", headers={"HX-Request": "true"}).content


@pytest.mark.parametrize("typed", ["400-800-1357", "４００８００１３５７", "+86 4008001357"])
def test_lookup_goes_to_the_answer_in_any_spelling(world, typed):
    assert Client().get("/who/", {"number": typed}).headers["Location"] == "/who/4008001357/"


@pytest.mark.parametrize("typed", ["110", "hello", "<script>alert(1)</script>", "4008001357'--"])
def test_what_is_no_400_number_is_said_so(world, typed):
    answer = Client().get("/who/", {"number": typed})
    assert answer.status_code == 422
    assert b"<script>alert" not in answer.content


def as_json(number):
    return Client().get(f"/who/{number}/", {"format": "json"}).json()


def test_answer_as_json_tells_who_answers(world):
    order = world.order("working")
    assert as_json(world.plain) == {
        "number": world.plain, "kind": "answered", "is_connected": True, "is_stopped": False, "holder": order.enterprise.name,
        "credit_code": order.enterprise.credit_code, "registered_address": order.enterprise.address, "complaint_contact": world.line,
        "since": world.number(world.plain).tenures.get().since.isoformat(), "carrier": "Telecom", "ask_at": "100xx",
        "sold_through": None, "rings": ["fixed"], "disowned_by": [],
    }  # fmt: skip


def test_stopped_number_is_said_to_be_stopped(world):
    world.order("working")
    stop(world.plain, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    assert (as_json(world.plain)["is_stopped"], as_json(world.plain)["is_connected"]) == (True, False)


@pytest.mark.parametrize(
    ("number", "kind", "keys"),
    [
        ("4008002579", "nobody", {"carrier", "ask_at"}),
        ("4008999999", "not_ours", {"carrier", "ask_at"}),
        ("4002000400", "not_open", set()),
    ],
)
def test_answer_about_other_numbers_tells_nothing_of_a_holder(world, number, kind, keys):
    world.order("submitted", world.second)
    said = as_json(number)
    assert (said["kind"], said["is_connected"]) == (kind, False)
    assert said.keys() == {"number", "kind", "is_connected"} | keys
    page = Client().get(f"/who/{number}/").content.decode()
    assert world.firm("hua").name not in page


@pytest.mark.parametrize("number", ["4008001357", "4008002579", "4008999999", "4002000400"])
def test_every_answer_sends_a_victim_to_110(world, number):
    assert "110" in Client().get(f"/who/{number}/").content.decode()


def test_program_asks_for_json_by_its_header(world):
    assert Client().get("/who/4008001357/", headers={"Accept": "application/json"}).json()["kind"] == "nobody"


def test_victim_gets_from_number_to_reference_in_three_screens(world, read):
    """吴 Wu has paid: two forms, then the reference."""
    client, screens = Client(), []
    screens.append(client.get(f"/report/{world.plain}/"))
    second = client.post(f"/report/{world.plain}/", {"report_class": "fraud", "money_paid": "yes"})
    screens.append(client.get(second.headers["Location"]))
    third = client.post(second.headers["Location"], {"text": "", "called_on": "", "contact": ""})
    screens.append(client.get(third.headers["Location"]))
    assert [screen.status_code for screen in screens] == [200, 200, 200]
    report = Report.objects.get()
    assert (report.number, report.report_class, report.money_paid) == (world.plain, "fraud", True)
    assert report.reference in screens[2].content.decode()
    assert [sorted(read(screen.content.decode()).typed) for screen in screens[:2]] == [
        [],
        ["called_on", "contact", "text"],
    ]


def reported(client, number, **changes):
    client.post(f"/report/{number}/", {"report_class": "fraud"})
    return client.post(f"/report/{number}/details/", {"text": "", "called_on": "", "contact": ""} | changes)


def test_state_of_a_report_is_found_by_its_reference(world):
    client = Client()
    path = reported(client, world.plain).headers["Location"]
    reference = re.search(r"J\w{12}", path)[0]
    assert Client().get("/reports/", {"reference": f" {reference.lower()} "}).headers["Location"] == path
    assert Client().get("/reports/", {"reference": "J260101ZZZZZZ"}).context["is_unknown"] is True


def test_report_posted_twice_is_one_report(world):
    client = Client()
    reported(client, world.plain)
    again = client.post(f"/report/{world.plain}/details/", {"text": ""})
    assert (again.headers["Location"], Report.objects.count()) == (f"/report/{world.plain}/", 1)


@pytest.mark.parametrize("changes", [{"contact": "110"}, {"contact": "x" * 3000}])
def test_report_with_a_wrong_contact_is_told_and_keeps_what_was_typed(world, changes):
    answer = reported(Client(), world.plain, text="要我转账", **changes)
    assert (answer.status_code, answer.context["code"]) == (422, "CONTACT_INVALID")
    assert "要我转账" in answer.content.decode()
    assert not Report.objects.exists()


def test_number_that_is_not_ours_goes_to_its_carrier(world):
    assert Client().get("/report/4008999999/").headers["Location"] == "/who/4008999999/"


def test_program_is_throttled_after_twenty_reports(world):
    client = Client()
    assert [reported(client, world.plain).status_code for _ in range(21)] == [302] * 20 + [422]
    assert Report.objects.count() == 20
