"""The certificate for the door: its QR code leads to the look-up, and only a holder in service can print one."""

import io

import pypdfium2
import pytest
import zxingcpp

from answerable.numbers.actions import stop


@pytest.fixture
def fetch(world, browser):
    world.order("working")
    return lambda who=None: browser(who or world.hua).get(f"/console/numbers/{world.plain}/certificate.pdf")


def test_code_on_the_printed_page_leads_to_the_look_up(world, fetch, client):
    document = pypdfium2.PdfDocument(io.BytesIO(fetch().content))
    assert len(document) == 1
    (code,) = zxingcpp.read_barcodes(document[0].render(scale=2).to_pil())
    assert code.text == f"http://testserver/who/{world.plain}/"
    assert world.firm("hua").name in client.get(code.text).content.decode()
    words = document[0].get_textpage().get_text_range()
    assert (world.firm("hua").name in words, world.credit_code("hua") in words, "本纸不作证明" in words) == (
        True,
        True,
        True,
    )


def test_stopped_number_has_nothing_to_hang_on_a_door(world, fetch):
    stop(world.plain, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    answer = fetch()
    assert (answer.status_code, "现在不能打印公示牌" in answer.content.decode()) == (422, True)


def test_certificate_is_its_holders_alone(world, fetch):
    assert fetch(world.zhao).status_code == 404
