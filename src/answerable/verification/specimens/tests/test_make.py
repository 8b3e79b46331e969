import io
from random import Random

import pytest
import zxingcpp
from PIL import Image

from answerable.lib.identifiers import read_credit_code, read_id_number
from answerable.verification.specimens import KINDS, make
from answerable.verification.specimens.invent import firm, person

pytestmark = pytest.mark.documents


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_gives_the_same_picture(kind: str) -> None:
    once = make(kind, {}, 7)
    assert make(kind, {}, 7).jpeg == once.jpeg
    assert Image.open(io.BytesIO(once.jpeg)).size == once.image.size


def test_invented_numbers_hold_their_check_characters() -> None:
    for seed in range(100):
        assert read_credit_code(firm(Random(seed))["code"]).is_valid
        assert read_id_number(person(Random(seed))["id_number"]).is_valid


def test_facts_are_what_is_printed() -> None:
    made = make("business_licence", {"name": "华示例有限公司", "subject": "sole_trader"}, 1, photographed=False)
    assert (made.truth["name"], made.truth["subject"]) == ("华示例有限公司", "sole_trader")


def test_qr_of_a_flat_licence_carries_its_payload() -> None:
    made = make("business_licence", {"layout": "landscape"}, 3, photographed=False)
    assert [found.text for found in zxingcpp.read_barcodes(made.image)] == [made.truth["qr"]]


def test_unknown_kind_is_named() -> None:
    with pytest.raises(ValueError, match="passport"):
        make("passport")
