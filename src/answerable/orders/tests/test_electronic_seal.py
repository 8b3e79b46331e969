"""An electronic seal in place of paper (E-Signature Law art. 13, 14, 16): what is refused comes first."""

import io

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from answerable.orders import actions
from answerable.orders.errors import HoldExpired, OtherContract, PagesMissing
from answerable.orders.models import Order
from answerable.orders.queries import signed_pages
from answerable.parties.errors import RootInvalid
from answerable.parties.loading import load_root, remove_root
from answerable.parties.models import TrustedRoot
from answerable.trail.actors import system
from answerable.trail.models import Fact
from answerable.verification.actions import upload
from answerable.verification.errors import NoSeal, SealRefused
from answerable.verification.evaluation import evaluate
from answerable.verification.tests.authority import DAY, Authority, seal_with, subject

BY = system("test")


@pytest.fixture(scope="module")
def authorities():
    """A CA that the operator accepts and one that nobody does, each made once."""
    from answerable.orders.tests.reference import TUESDAY

    return Authority.make("样本电子认证有限公司", TUESDAY), Authority.make("无名认证", TUESDAY)


@pytest.fixture
def ca(world, authorities):
    load_root(authorities[0].pem, by=BY, at=world.at)
    return authorities[0]


@pytest.fixture
def order(world):
    """An order whose contract is a real PDF."""
    return world.start()


def pdf(order):
    return bytes(Order.objects.get(pk=order.pk).contract_pdf)


def seal(world, order, authority, *, name=None, since=-30, until=300, raw=None):
    name = name or subject(order.enterprise.name)
    return authority.seal(raw or pdf(order), name, since=world.at + since * DAY, until=world.at + until * DAY)


def hand_in(world, order, raw):
    return actions.upload_sealed(order, raw, person=world.hua, at=world.at)


def refused(world, order, raw, kind=SealRefused):
    with pytest.raises(kind) as caught:
        hand_in(world, order, raw)
    assert not signed_pages(order).exists()
    with pytest.raises(PagesMissing):
        actions.sign(order, person=world.hua, at=world.at)
    return str(caught.value)


def test_contract_without_a_seal_is_no_signature(world, order, ca):
    """E-Signature Law art. 13: who signed must be identified; a file alone is a ticked box."""
    refused(world, order, pdf(order), NoSeal)


def test_seal_under_a_root_nobody_loaded_is_refused(world, order, ca, authorities):
    """E-Signature Law art. 16: certified by a licensed authority."""
    assert "certification authority" in refused(world, order, seal(world, order, authorities[1]))


def test_root_that_was_removed_accepts_nothing_more(world, order, ca):
    remove_root(TrustedRoot.objects.get().pk, by=BY, at=world.at)
    refused(world, order, seal(world, order, ca))


def test_self_made_certificate_is_refused(world, order, ca):
    key, name = ec.generate_private_key(ec.SECP256R1()), subject(order.enterprise.name)
    own = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(world.at - DAY).not_valid_after(world.at + DAY).sign(key, hashes.SHA256())
    )  # fmt: skip
    refused(world, order, seal_with(pdf(order), own, key, []))


def test_other_organisations_seal_is_refused(world, order, ca):
    assert order.enterprise.name in refused(world, order, seal(world, order, ca, name=subject("另一家样本有限公司")))


@pytest.mark.parametrize(("since", "until"), [(-30, -1), (1, 30)])
def test_certificate_that_is_not_valid_today_is_refused(world, order, ca, since, until):
    assert "not valid today" in refused(world, order, seal(world, order, ca, since=since, until=until))


def test_byte_changed_after_sealing_is_refused(world, order, ca):
    raw = bytearray(seal(world, order, ca))
    raw[len(pdf(order)) + 20] ^= 1
    refused(world, order, bytes(raw))


def test_page_changed_after_sealing_is_refused(world, order, ca):
    writer = IncrementalPdfFileWriter(io.BytesIO(seal(world, order, ca)))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"% another price"))
    writer.mark_update(page.container_ref)
    out = io.BytesIO()
    writer.write(out)
    assert "whole file" in refused(world, order, out.getvalue())


def test_contract_printed_into_a_new_file_is_another_one(world, order, ca):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(order))) as copy:
        copy.save(out)
    refused(world, order, seal(world, order, ca, raw=out.getvalue()), OtherContract)


def test_other_orders_contract_is_another_one(world, order, ca):
    other = world.start(world.second)
    refused(world, order, seal(world, order, ca, raw=pdf(other)), OtherContract)


def test_hold_that_ran_out_takes_no_seal(world, order, ca):
    raw = seal(world, order, ca)
    with pytest.raises(HoldExpired):
        actions.upload_sealed(order, raw, person=world.hua, at=world.at + DAY)


@pytest.mark.parametrize("by", ["name", "code"])
def test_own_seal_signs_the_whole_contract(world, order, ca, by):
    """E-Signature Law art. 14: a reliable electronic signature has the force of a seal."""
    firm = order.enterprise
    name = subject(firm.name) if by == "name" else subject("分公司", serial=firm.credit_code)
    document = hand_in(world, order, seal(world, order, ca, name=name))
    assert document.sealed_by.startswith(firm.name)
    assert actions.sign(order, person=world.hua, at=world.at).state == "awaiting_payment"
    assert Fact.objects.filter(what="document.stored", after__sealed_by=document.sealed_by).count() == 1


def test_seal_takes_the_place_of_photographs_and_they_of_a_seal(world, order, ca, jpeg):
    for position in range(1, order.contract_pages + 1):
        actions.upload_page(order, position, jpeg, person=world.hua, at=world.at)
    hand_in(world, order, seal(world, order, ca))
    assert signed_pages(order).count() == 1
    actions.upload_page(order, 1, jpeg, person=world.hua, at=world.at)
    assert [page.sealed_by for page in signed_pages(order)] == [""]


def test_letter_with_a_good_seal_counts_as_sealed_and_one_with_a_bad_seal_is_refused(world, ca, authorities, order):
    paid = world.order("paid", world.second)
    dossier = world.dossier(paid)
    letter = pikepdf.new()
    letter.add_blank_page(page_size=(200, 300))
    out = io.BytesIO()
    letter.save(out)
    good, bad = (seal(world, paid, one, raw=out.getvalue()) for one in authorities)
    with pytest.raises(SealRefused):
        upload(dossier, "commitment", bad, person=world.hua, at=world.at)
    upload(dossier, "commitment", good, person=world.hua, at=world.at)
    found = [f for f in evaluate(dossier, at=world.at) if f.check == "seals" and f.slot == "commitment"]
    assert [(f.outcome, f.read.split()[0]) for f in found] == [("pass", paid.enterprise.name)]


def test_root_is_a_ca_certificate_and_nothing_else(world, authorities):
    for raw in (b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(RootInvalid):
            load_root(raw, by=BY, at=world.at)
    load_root(authorities[0].pem, by=BY, at=world.at)
    assert load_root(authorities[0].pem, by=BY, at=world.at).removed_at is None
    assert TrustedRoot.objects.count() == 1
    with pytest.raises(RootInvalid):
        remove_root("00", by=BY, at=world.at)
