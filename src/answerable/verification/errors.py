"""What can go wrong on the way to a verdict."""

from answerable.lib.errors import Problem


class DossierUnknown(Problem):
    code = "DOSSIER_UNKNOWN"
    zh, en = "没有这份材料，或不属于您。", "There is no such dossier, or it is not yours."


class DossierClosed(Problem):
    code = "DOSSIER_CLOSED"
    zh, en = "材料已提交或已结束，现在不能修改。", "This dossier is submitted or closed and cannot be changed now."


class SlotUnknown(Problem):
    code, field = "SLOT_UNKNOWN", "slot"
    zh, en = "没有这一项材料。", "There is no such item."


class FileRefused(Problem):
    code, field = "FILE_REFUSED", "file"
    zh, en = "{why_zh}", "{why_en}"


class NotReady(Problem):
    code = "NOT_READY"
    zh = "还有 {count} 项必须先处理，见下方清单。"
    en = "{count} items must be dealt with first; see the list below."


class DayInvalid(Problem):
    code, field = "DAY_INVALID", "day"
    zh, en = "请选择今天起 30 天内的工作日。", "Choose a working day within 30 days from today."


class AlreadyHandled(Problem):
    code = "ALREADY_HANDLED"
    zh, en = "这份申请已受理。", "This application was handled already."


class OriginalsMissing(Problem):
    code, field = "ORIGINALS_MISSING", "originals"
    zh, en = "以下原件尚未勾选为已核对：{missing_zh}。", "These originals are not ticked as seen: {missing_en}."


class IdReaderMismatch(Problem):
    code, field = "ID_READER_MISMATCH", "id_reader"
    zh = "读卡器读出的姓名与应到场的人“{expected}”不一致，不能受理。"
    en = "The ID reader's name is not “{expected}”, who must be present. This cannot be handled."


class IdReaderInvalid(Problem):
    code, field = "ID_READER_INVALID", "id_reader"
    zh = "读卡器文件无效：{why_zh}。请重新读卡。"
    en = "The ID reader's file is not valid: {why_en}. Read the card again."


class IdCardExpired(Problem):
    code, field = "ID_CARD_EXPIRED", "id_reader"
    zh = "这张身份证已于 {day} 到期，不能受理。请当事人换领新证（或持有效的临时身份证）后再来，并重新读卡。"
    en = "This ID card expired on {day}; the application cannot be handled. Ask for a valid card and read it again."


class NotHandled(Problem):
    code = "NOT_HANDLED"
    zh, en = "尚未经营业厅受理，不能审核通过。", "It was not handled at a counter; it cannot be approved."


class HandledByReviewer(Problem):
    code = "HANDLED_BY_REVIEWER"
    zh, en = "受理人不能审核同一份申请。", "Whoever handled an application cannot review it."


class SubmittedByReviewer(Problem):
    code = "SUBMITTED_BY_REVIEWER"
    zh, en = "提交人不能审核自己的申请。", "Whoever submitted an application cannot review it."


class SecondReviewerMustDiffer(Problem):
    code = "SECOND_REVIEWER_MUST_DIFFER"
    zh, en = (
        "您已审核过这一轮，须由另一位审核员复核。",
        "You already reviewed this round; another reviewer must decide.",
    )


class ClaimedByOther(Problem):
    code = "CLAIMED_BY_OTHER"
    zh, en = "{name} 正在审核这份申请。", "{name} is reviewing this application."


class ReasonsNeeded(Problem):
    code, field = "REASONS_NEEDED", "reasons"
    zh, en = "请至少选择一条原因。", "Choose at least one reason."


class ReasonUnknown(Problem):
    code, field = "REASON_UNKNOWN", "reasons"
    zh, en = "没有原因 {reason}。", "There is no reason {reason}."


class NotInQueue(Problem):
    code = "NOT_IN_QUEUE"
    zh, en = "这份申请不在待审队列中。", "This application is not waiting for review."


class PersonInvalid(Problem):
    code, field = "PERSON_INVALID", "id_number"
    zh, en = (
        "姓名或身份证号不正确（18 位，含校验位），请对照证件。",
        "The name or ID number is not valid (18 characters with a check digit). Compare it with the card.",
    )


class NotAtACounter(Problem):
    code = "NOT_AT_A_COUNTER"
    zh, en = "您没有登记在任何营业厅，不能受理。", "You are not assigned to a counter and cannot handle applications."


class HandledAlready(Problem):
    code = "HANDLED_ALREADY"
    zh, en = (
        "已在营业厅受理，办理人和线路不能再改。",
        "It was handled at the counter; the person and the line cannot be changed any more.",
    )


class ExpiredAlready(Problem):
    code = "EXPIRED_ALREADY"
    zh = "按识别结果，证件已于 {day} 到期。请核对图片：确已到期请要求补充；识别有误请让申请人重新拍照。"
    en = "As read, a document expired on {day}. Look at the picture: if so, ask for a new one; if it was misread, ask for a better photo."


class AlreadyOpen(Problem):
    code = "ALREADY_OPEN"
    zh, en = "已有一份核验材料在办，请先完成它。", "A verification is under way already; finish that one first."


class NoRequirementSet(Problem):
    code = "NO_REQUIREMENT_SET"
    zh, en = (
        "该运营商尚未设定此类主体的材料要求，暂不能受理。",
        "This carrier has no requirement set for this kind of organisation yet.",
    )


class LicenceUnread(Problem):
    code, field = "LICENCE_UNREAD", "licence"
    zh = "还没有读出证照上的内容。请等待识别完成，或换一张更清晰的照片。"
    en = "Nothing was read from the certificate yet. Wait for the reading, or upload a clearer photo."


class LicenceFieldMissing(Problem):
    code, field = "LICENCE_FIELD_MISSING", "licence"
    zh, en = "请对照证照补全空着的一项，再确认。", "Fill the empty field from the certificate, then confirm."


class MessageInvalid(Problem):
    code, field = "MESSAGE_INVALID", "text"
    zh, en = "请写 1 至 {most} 字。", "Write between 1 and {most} characters."


class NotYourStage(Problem):
    code = "NOT_YOUR_STAGE"
    zh, en = "这份申请等待{zh}，由另一岗位办理。", "This application waits for the {en}, which is another role's."


class LineNotSet(Problem):
    code, field = "LINE_NOT_SET", "line"
    zh, en = "请先填写接听线路，再请平台回拨。", "Give the line first, then have it called."


class CallBackUnderWay(Problem):
    code = "CALL_BACK_UNDER_WAY"
    zh, en = "正在拨打这条线路，请先接听。", "This line is being called already; answer it first."


class CallBacksUsedUp(Problem):
    code = "CALL_BACKS_USED_UP"
    zh = "这条线路今天已回拨 {most} 次，请明天再试，或由营业厅当面核验。"
    en = "This line was called {most} times today. Try tomorrow, or prove it at a counter."


class CodeWrong(Problem):
    code, field = "CODE_WRONG", "code"
    zh, en = "验证码不对，还可再试 {left} 次。", "This is not the code; {left} tries are left."


class CodeExpired(Problem):
    code, field = "CODE_EXPIRED", "code"
    zh = "没有可用的验证码：未接通、已过期或错误次数过多。请重新回拨。"
    en = "No code is valid now: not answered, expired, or too many tries. Have the line called again."


class NotCalledBack(Problem):
    code = "NOT_CALLED_BACK"
    zh, en = (
        "线路 {line} 尚未完成回拨核验，不能通过。",
        "Line {line} was not proven by a call-back; it cannot be approved.",
    )


class SealRefused(Problem):
    code, field = "SEAL_REFUSED", "file"
    zh = "电子签章未被接受：{why_zh}也可以打印后盖公章，逐页拍照上传。"
    en = "The electronic seal is not accepted. {why_en} You may also print the paper, seal it and photograph each page."


class NoSeal(Problem):
    code, field = "NO_SEAL", "file"
    zh = "文件里没有电子签章。请用本单位的电子印章盖章后上传，或打印盖章后逐页拍照。"
    en = "The file carries no electronic seal. Seal it with your organisation's, or print, seal and photograph each page."


class CounterClosed(Problem):
    code, field = "COUNTER_CLOSED", "day"
    zh, en = (
        "这一天该营业厅不办理业务，请换一天或换一个营业厅。",
        "This counter is closed on that day. Choose another day or counter.",
    )


class CounterFull(Problem):
    code, field = "COUNTER_FULL", "day"
    zh, en = "这一天的预约已满，请换一天或换一个营业厅。", "That day is booked out. Choose another day or counter."


class AskedAlready(Problem):
    code = "ASKED_ALREADY"
    zh = "已有同一缘由的重新核验要求。请先完成或撤回它，需要更严请提高级别。"
    en = "This is asked for already, for the same cause. Have it fulfilled or withdrawn first; raise its level to be stricter."


class NothingToAsk(Problem):
    code = "NOTHING_TO_ASK"
    zh = "号码没有持有单位或未在用，不能要求重新核验。"
    en = "The number has no holder or is not in use; nothing can be asked again."


class LevelUnknown(Problem):
    code, field = "LEVEL_UNKNOWN", "level"
    zh, en = "请选择核验级别；级别只能提高。", "Choose a level of re-verification; a level can only be raised."


class OwnerUnknown(Problem):
    code, field = "OWNER_UNKNOWN", "owner"
    zh, en = "请从列表中选择线路户主。", "Choose the line's owner from the list."


class FirstLineNotOwn(Problem):
    code, field = "FIRST_LINE_NOT_OWN", "owner"
    zh = "第一条线路须属于本单位或法定代表人。关联公司、员工的线路可在开通后添加，并附承诺书。"
    en = (
        "The first line must be the organisation's own or its legal representative's. Lines of affiliates and staff are added"
        " once the number works, with their letters."
    )


class RequirementInvalid(Problem):
    code = "REQUIREMENT_INVALID"
    zh, en = "有 {count} 处填写有误，见各项旁边的说明。", "{count} entries are wrong; see the note beside each."


class RequirementDayPast(Problem):
    code, field = "REQUIREMENT_DAY_PAST", "effective_from"
    zh = "生效日须为今天或以后：已受理的申请不能事后改变要求。请另提一版。"
    en = "A version is in force from today or later: what was filed cannot be asked for more afterwards. Propose it again."


class RequirementProposed(Problem):
    code = "REQUIREMENT_PROPOSED"
    zh, en = (
        "这一套要求已有一版待核准，请先处理它。",
        "A version of this set waits for approval already; decide that one first.",
    )


class RequirementUnchanged(Problem):
    code = "REQUIREMENT_UNCHANGED"
    zh, en = (
        "与现行版本没有差别，无需另提。",
        "It does not differ from the version in force; there is nothing to propose.",
    )


class RequirementDecided(Problem):
    code = "REQUIREMENT_DECIDED"
    zh, en = "这一版已经处理过，请刷新页面。", "This version was decided already. Reload the page."


class SecondOfficerMustDiffer(Problem):
    code = "SECOND_OFFICER_MUST_DIFFER"
    zh, en = (
        "须由另一位合规专员核准，提出人不能自己处理。",
        "Another compliance officer must decide; whoever proposed it cannot.",
    )


class WhyMissing(Problem):
    code, field = "WHY_MISSING", "why"
    zh, en = "请写明理由（300 字以内）。", "Write why (300 characters at most)."


class DeadlineInvalid(Problem):
    code, field = "DEADLINE_INVALID", "deadline"
    zh, en = "截止日请选明天起 {most} 天内的一天。", "Choose a deadline from tomorrow to {most} days ahead."


class RecheckClosed(Problem):
    code = "RECHECK_CLOSED"
    zh, en = "这项重新核验已经结束，无需再办。", "This re-verification is closed; there is nothing left to do."


class NotByCode(Problem):
    code = "NOT_BY_CODE"
    zh, en = (
        "这项重新核验不能用短信验证码完成，请按页面所示提交材料。",
        "A code is not enough here; submit papers as the page says.",
    )


class NotTheHolders(Problem):
    code = "NOT_THE_HOLDERS"
    zh, en = "只有经核验的经办人可以完成。", "Only a handler proven to act for the holder can do this."


class NoLegalBasis(Problem):
    code, field = "NO_LEGAL_BASIS", "basis"
    zh = "已锁定的材料只能依法调阅：请写明机关与文书号（{least} 至 {most} 字）。"
    en = "A locked paper opens on a legal basis only: name the authority and its document ({least} to {most} characters)."


class DocumentErased(Problem):
    code = "DOCUMENT_ERASED"
    zh, en = "这份材料已删除，无法再打开。", "This document was erased and cannot be opened any more."


class HoldInvalid(Problem):
    code, field = "HOLD_INVALID", "document_no"
    zh = "请写明机关、文书号与不早于今天的截止日；号码须是该单位办理过的。"
    en = "Name the authority, its document and a last day not before today; the number must be one of this organisation's."


class HoldExists(Problem):
    code, field = "HOLD_EXISTS", "document_no"
    zh, en = "这份文书的依法留存已登记。", "A legal hold of this document is written down already."


class HoldConflict(Problem):
    code = "HOLD_CONFLICT"
    zh, en = "这项依法留存刚被他人办理，请刷新。", "Somebody else has just dealt with this hold; load the page again."


class SecondPersonNeeded(Problem):
    code = "SECOND_PERSON_NEEDED"
    zh, en = (
        "办理第一步的人不能办理第二步，须由另一位有权限的同事办理。",
        "Whoever took the first step cannot take the second; a colleague with the permission can.",
    )


class NothingToErase(Problem):
    code = "NOTHING_TO_ERASE"
    zh = "现在没有保存期已满的材料；最早一批于 {day} 到期，到期后自动删除。"
    en = "Nothing's period is over yet; the first ends on {day}, and is then erased by itself."


class ErasureSuspended(Problem):
    code = "ERASURE_SUSPENDED"
    zh, en = "依法须继续留存，暂不能删除。", "The law asks that these be kept for now; they cannot be erased yet."
    zh, en = "请写明理由（200 字以内）。", "Say why, in 200 characters at most."


class ChangeUnknown(Problem):
    code, field = "CHANGE_UNKNOWN", "purpose"
    zh, en = "请从列表中选择办理事项。", "Choose what to change from the list."


class MobileWrong(Problem):
    code, field = "MOBILE_WRONG", "mobile"
    zh, en = "请填写新经办人的 11 位手机号。", "Give the new handler's mobile number, 11 digits."


class RegisterUnchanged(Problem):
    code = "REGISTER_UNCHANGED"
    zh = "登记信息库中还没有这项变更。请先在市场监管部门办理变更登记，我方更新登记信息后再申请。"
    en = "The register does not say so yet. Register the change with the authority first; apply once our register is refilled."


class PauseInvalid(Problem):
    code, field = "PAUSE_INVALID", "until"
    zh = "只有使用中的号码可以停机保号，截止日须在明天至 {most} 天之内。"
    en = "Only a number in service can be paused, until a day from tomorrow to {most} days ahead."


class PauseOver(Problem):
    code = "PAUSE_OVER"
    zh, en = (
        "申请的停机截止日已过，请不予通过并请申请人重新申请。",
        "The pause's last day is past. Decline it and ask for a new application.",
    )
