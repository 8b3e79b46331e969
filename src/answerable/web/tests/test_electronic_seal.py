"""The console offers an electronic seal beside paper, and says what was refused."""

import io

import pytest

from answerable.orders.models import Order
from answerable.parties.loading import load_root
from answerable.trail.actors import system
from answerable.verification.tests.authority import DAY, Authority, subject


@pytest.mark.parametrize(
    ("name", "status", "said"), [("另一家样本有限公司", 422, "电子签章未被接受"), ("", 302, "电子签章有效")]
)
def test_console_takes_a_seal_and_says_what_it_refuses(world, browser, name, status, said):
    authority = Authority.make("样本电子认证有限公司", world.at)
    load_root(authority.pem, by=system("test"), at=world.at)
    order, client = world.start(), browser(world.hua)
    path = f"/console/orders/{order.pk}/"
    assert f"{path}sealed/" in client.get(path).content.decode()
    raw = bytes(Order.objects.get(pk=order.pk).contract_pdf)
    made = authority.seal(raw, subject(name or order.enterprise.name), since=world.at - DAY, until=world.at + 30 * DAY)
    file = io.BytesIO(made)
    file.name = "contract.pdf"
    answer = client.post(f"{path}sealed/", {"file": file})
    page = answer if status == 422 else client.get(path)
    assert (answer.status_code, said in page.content.decode()) == (status, True)
