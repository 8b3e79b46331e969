"""The desk's page of what differs from the carrier's register."""

from django.core.files.uploadedfile import SimpleUploadedFile

from answerable.reconciliation.models import Difference

HEAD = "number,name,credit_code,business_state,network_state"


def test_operations_imports_and_explains(world, browser):
    order = world.order("working")
    client = browser(world.staff("gong"))
    line = f"{order.number_id},别的公司,,启用,激活"
    file = SimpleUploadedFile("register.csv", f"{HEAD}\n{line}".encode(), "text/csv")
    answer = client.post("/desk/reconciliation/upload/", {"carrier": order.number.carrier_id, "file": file})
    assert answer.status_code == 302
    one = Difference.objects.get()
    assert "别的公司" in client.get("/desk/reconciliation/").content.decode()
    assert client.post(f"/desk/reconciliation/{one.pk}/explain/", {"why": ""}).status_code == 422
    assert client.post(f"/desk/reconciliation/{one.pk}/explain/", {"why": "更名在途"}).status_code == 302
    table = b"".join(client.get("/desk/reconciliation/differences.csv?state=explained").streaming_content).decode()
    assert "更名在途" in table
    assert order.number_id in table
    assert client.post("/desk/reconciliation/upload/", {"carrier": order.number.carrier_id}).status_code == 422
