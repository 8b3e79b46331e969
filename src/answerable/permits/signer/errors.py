"""What the signer refuses, in sentences that a reviewer can act on."""

from __future__ import annotations

from answerable.lib.errors import Problem


class SignerProblem(Problem):
    """The signer does not do it."""

    field = "permit_code"


class NotEnrolled(SignerProblem):
    """Nobody of this name has a secret in the signer's store, or not for this."""

    code = "NOT_ENROLLED"
    zh = "{name} 没有在签发机上登记为可签发此类许可的人员，请联系运维办理签发码。"
    en = "{name} is not enrolled at the signer for this kind of permit. Ask operations for a signing code."


class CodeWrong(SignerProblem):
    """The code is wrong, too old, or was used already."""

    code = "PERMIT_CODE_WRONG"
    zh = "签发码不对、已过期或已用过。请等下一个码，再输一次。"
    en = "The signing code is wrong, too old or used already. Wait for the next one and enter that."


class TooManyCodes(SignerProblem):
    """Too many wrong codes."""

    code = "PERMIT_CODES_TOO_MANY"
    zh = "签发码连续输错，请 15 分钟后再试。"
    en = "Too many wrong signing codes. Try again in 15 minutes."


class NotTwo(SignerProblem):
    """Two different people have not confirmed this very statement."""

    code = "PERMIT_NOT_TWO"
    zh = "许可还须另一位人员以签发码确认。"
    en = "The permit still needs another person's signing code."


class NotInLog(SignerProblem):
    """The public log does not say what the permit rests on."""

    code = "PERMIT_NOT_IN_LOG"
    zh = "公开日志中没有与此许可相符的核验通过记录：{why}"
    en = "The public log has no approval that this permit could rest on: {why}"


class BeyondPolicy(SignerProblem):
    """The statement asks for more than the signer signs."""

    code = "PERMIT_BEYOND_POLICY"
    zh = "签发机不签发这样的许可：{why}"
    en = "The signer does not sign this: {why}"


class SignerAway(SignerProblem):
    """The signer does not answer."""

    code = "SIGNER_AWAY"
    zh = "签发机没有应答。意见不受影响；请稍后在“待签发许可”中补签。"
    en = "The signer does not answer. The decision stands; confirm the permit later under “Permits waiting”."


PROBLEMS = {one.code: one for one in (NotEnrolled, CodeWrong, TooManyCodes, NotTwo, NotInLog, BeyondPolicy, SignerAway)}
