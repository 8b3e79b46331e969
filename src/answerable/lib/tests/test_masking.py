"""What is printed holds no ID number and no mobile; everything else stays as it is."""

import pytest

from answerable.lib.masking import mask_private, mask_values

ID = "310115198001010019"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"身份证{ID}。", "身份证**************0019。"), ("31011519800101001X", "**************001X"), ("拨打13900000001", "拨打139****0001"),
        ("+86 139-0000-0001", "+86 139****0001"), ("8613900000001", "86139****0001"), (f"{ID} 13900000001", "**************0019 139****0001"),
    ],
)  # fmt: skip
def test_id_number_and_mobile_are_masked(text, masked):
    assert mask_private(text) == masked


@pytest.mark.parametrize(
    "text", ["4008001357", "91310115MA1DEM0158", "02161234567", "A260310M6UN7W", "c0" * 32, "2026-11-25 11:20", "1" * 64, "911101080000000001", ""]
)  # fmt: skip
def test_nothing_else_is_masked(text):
    assert mask_private(text) == text


def test_misread_number_is_masked_by_its_field():
    misread = {"id_number": {"text": "31O115198O01010019", "value": None, "box": [1, 0.5]}, "name": {"text": "华建国"}}
    assert mask_values(
        {"fields": misread, "findings": [{"field": "handler_id", "read": "310115 1980", "code": "I10"}]}
    ) == {
        "fields": {
            "id_number": {"text": "**************0019", "value": None, "box": [1, 0.5]},
            "name": {"text": "华建国"},
        },
        "findings": [{"field": "handler_id", "read": "*******1980", "code": "I10"}],
    }
