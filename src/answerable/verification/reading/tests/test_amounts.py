import pytest

from answerable.verification.reading.amounts import read_yuan


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("壹佰万元整", 1_000_000), ("伍拾万元整", 500_000), ("人民币伍仟壹佰万圆", 51_000_000), ("1000万元人民币", 10_000_000),
        ("壹亿贰仟万元整", 120_000_000), ("３００．５万元", 3_005_000), ("贰拾伍万叁仟元", 253_000), ("1,000,000元", 1_000_000),
        ("100万美元", None), ("", None), ("无", None),
    ],
)  # fmt: skip
def test_amount_is_read_as_printed(text: str, yuan: int | None) -> None:
    assert read_yuan(text) == yuan
