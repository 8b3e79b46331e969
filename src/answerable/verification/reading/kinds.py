"""Which kind of document a page is, from its words: title words weigh more than words in the text."""

from __future__ import annotations

from collections.abc import Sequence

from answerable.verification.reading.engine import Piece
from answerable.verification.reading.layout import plain
from answerable.verification.reading.model import Kind

WORDS: dict[Kind, dict[str, float]] = {
    "business_licence": {"营业执照": 3, "统一社会信用代码": 0.5, "经营范围": 2, "登记机关": 1, "注册号": 1},
    "organisation_certificate": {
        "事业单位法人证书": 6, "社会团体法人登记证书": 6, "民办非企业单位登记证书": 6, "统一社会信用代码证书": 6,
        "宗旨和业务范围": 3, "举办单位": 1, "业务主管单位": 2,
    },
    "organisation_code_certificate": {"组织机构代码证": 7, "税务登记证": 7},
    "id_portrait": {"公民身份号码": 4, "民族": 1, "住址": 1, "出生": 1, "性别": 1},
    "id_emblem": {"居民身份证": 4, "签发机关": 2, "有效期限": 2, "中华人民共和国": 0.5},
    "id_temporary": {"临时居民身份证": 12},
    "authorisation_letter": {"授权委托书": 5, "委托书": 3, "兹授权": 3, "兹委托": 3, "介绍信": 3},
    "acceptance_form": {"受理单": 5, "业务登记单": 4, "业务受理": 2, "第一目的码": 1},
    "contract": {"服务合同": 5, "服务协议": 4, "合同": 1, "甲方": 1, "乙方": 1},
    "commitment": {"承诺书": 5, "郑重承诺": 3, "使用单位": 1},
    "use_statement": {"使用用途说明": 5, "话术": 3, "使用用途": 1},
    "bill": {"账单": 4, "计费账期": 2, "账期": 1, "话费": 1, "月租": 1, "业务号码": 1, "电信发票": 3, "应缴": 1},
    "statement": {"交易明细": 6, "银行": 2, "交易流水": 6, "网上营业厅": 9, "掌上营业厅": 9, "电子回单": 4, "手机银行": 4},
}  # fmt: skip
"""Weights by word; a word in a title (large, in the upper half) counts twice."""
LEAST = 4.0


def tell_kind(pieces: Sequence[Piece], height: float, page_height: float) -> Kind:
    """Return the kind with the highest score, `unknown` below LEAST; both sides of an ID card are `id_both`."""
    body = plain("".join(piece.text for piece in pieces))
    titles = plain("|".join(p.text for p in pieces if p.height > height * 1.25 and p.corners[0][1] < page_height * 0.5))
    scores = {
        kind: sum(weight * (2 if word in titles else 1) for word, weight in words.items() if word in body)
        for kind, words in WORDS.items()
    }
    if scores["id_portrait"] >= 5 and scores["id_emblem"] >= 4 and not scores["id_temporary"]:
        return "id_both"
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] >= LEAST else "unknown"
