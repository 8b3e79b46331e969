"""What can be refused about a permit before the signer is asked."""

from __future__ import annotations

from answerable.lib.errors import Problem


class NothingWaits(Problem):
    """The request is signed already, or not needed any more."""

    code = "PERMIT_NOTHING_WAITS"
    zh = "这份许可已签发，或已不再需要。"
    en = "This permit is signed already, or not needed any more."


class ConfirmedAlready(Problem):
    """One person confirms once."""

    code = "PERMIT_CONFIRMED_ALREADY"
    zh = "您已确认过这份许可，须由另一位人员确认。"
    en = "You have confirmed this permit already. Another person must confirm it."


class CodeMissing(Problem):
    """No code was entered."""

    code = "PERMIT_CODE_MISSING"
    zh = "请输入签发码。"
    en = "Enter your signing code."
    field = "permit_code"
