"""The desk's page of findings, complaints and stops by source."""

import pytest


@pytest.mark.parametrize("by", ["branch", "batch", "agent", "reviewer", "nonsense"])
def test_each_kind_of_source_has_its_page(world, browser, by):
    order = world.order("working")
    page = browser(world.staff("gong")).get(f"/desk/figures/sources/?by={by}").content.decode()
    expected = {
        "batch": order.number.batch_id, "agent": "运营主体直销", "reviewer": world.staff("lin").name,
    }.get(by, order.number.batch.branch)  # fmt: skip
    assert expected in page


def test_table_is_a_file_and_others_find_nothing(world, browser):
    world.order("working")
    answer = browser(world.staff("sun")).get("/desk/figures/sources/sources.csv?carrier=x")
    assert b"".join(answer.streaming_content).decode().count("\n") >= 5
    assert browser(world.staff("chen")).get("/desk/figures/sources/").status_code == 404
