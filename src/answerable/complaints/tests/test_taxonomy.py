"""Kinds of fraud are data, and only fraud has one."""

import json

import pytest

from answerable.complaints import errors, taxonomy


def test_shipped_taxonomy_reads_and_ends_with_another_kind():
    assert list(taxonomy.kinds())[-1] == "other"
    assert len(taxonomy.kinds()) == 11


@pytest.mark.parametrize("change", [{"zh": ""}, {"code": "Bad Code"}, {"more": "x"}, {"ask_en": 1}])
def test_row_that_is_wrong_is_refused(change):
    row = {"code": "other", "zh": "甲", "en": "a", "ask_zh": "乙", "ask_en": "b"}
    with pytest.raises(taxonomy.TaxonomyInvalid):
        taxonomy.read(json.dumps([row | change]))


def test_code_stands_once_and_another_kind_is_there():
    row = {"code": "loan", "zh": "甲", "en": "a", "ask_zh": "乙", "ask_en": "b"}
    for rows in ([row, row], [row]):
        with pytest.raises(taxonomy.TaxonomyInvalid):
            taxonomy.read(json.dumps(rows))


@pytest.mark.parametrize(("report_class", "kind"), [("price", "loan"), ("fraud", "magic")])
def test_kind_that_does_not_fit_is_refused(tell, report_class, kind):
    with pytest.raises(errors.KindUnknown):
        tell(report_class=report_class, kind=kind)


def test_kind_is_kept(tell):
    assert tell(kind="loan").kind == "loan"
