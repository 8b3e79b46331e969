"""The desk's weekly report: whoever sends it fills in, downloads and marks; others look."""

from answerable.reports.actions import make_due
from answerable.reports.models import WeeklyReport


def test_compliance_fills_in_and_sends_the_report(world, browser):
    made, client = make_due(at=world.at), browser(world.staff("zheng"))
    assert "待填写" in client.get(f"/desk/weekly/{made.pk}/").content.decode()
    assert client.post(f"/desk/weekly/{made.pk}/sent/", {"receipt": "R"}).status_code == 422
    refused = client.post(f"/desk/weekly/{made.pk}/correct/", {"leads_passed_on": "x", "why": "填写"})
    assert (refused.status_code, "移交线索数" in refused.content.decode()) == (422, True)
    assert client.post(f"/desk/weekly/{made.pk}/correct/", {"leads_passed_on": "4", "why": "填写"}).status_code == 302
    new = WeeklyReport.objects.get(version=2)
    assert client.post(f"/desk/weekly/{new.pk}/sent/", {"receipt": "回执样本"}).status_code == 302
    page = client.get(f"/desk/weekly/{new.pk}/").content.decode()
    assert "回执样本" in page
    assert "已报送" in client.get("/desk/weekly/").content.decode()
    assert "已有更新的版本" in client.get(f"/desk/weekly/{made.pk}/").content.decode()


def test_very_files_that_were_made_are_handed_out(world, browser):
    made, client = make_due(at=world.at), browser(world.staff("gong"))
    for form in ("csv", "pdf"):
        answer = client.get(f"/desk/weekly/{made.pk}/report.{form}")
        assert b"".join(answer.streaming_content) == bytes(getattr(made, form))
    assert client.get(f"/desk/weekly/{made.pk}/report.xlsx").status_code == 404


def test_auditor_looks_and_finds_no_form(world, browser):
    made, client = make_due(at=world.at), browser(world.staff("gong"))
    assert '<form method="post" action="/desk/weekly' not in client.get(f"/desk/weekly/{made.pk}/").content.decode()
    assert client.post(f"/desk/weekly/{made.pk}/sent/", {"receipt": "R"}).status_code == 404
