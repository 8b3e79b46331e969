"""What can go wrong with a dossier, its papers and what is stated in it."""

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


class PersonInvalid(Problem):
    code, field = "PERSON_INVALID", "id_number"
    zh, en = (
        "姓名或身份证号不正确（18 位，含校验位），请对照证件。",
        "The name or ID number is not valid (18 characters with a check digit). Compare it with the card.",
    )


class ExpiredAlready(Problem):
    code = "EXPIRED_ALREADY"
    zh = "按识别结果，证件已于 {day} 到期。请核对图片：确已到期请要求补充；识别有误请让申请人重新拍照。"
    en = "As read, a document expired on {day}. Look at the picture: if so, ask for a new one; if it was misread, ask for a better photo."


class AlreadyOpen(Problem):
    code = "ALREADY_OPEN"
    zh, en = "已有一份核验材料在办，请先完成它。", "A verification is under way already; finish that one first."


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


class SealRefused(Problem):
    code, field = "SEAL_REFUSED", "file"
    zh = "电子签章未被接受：{why_zh}也可以打印后盖公章，逐页拍照上传。"
    en = "The electronic seal is not accepted. {why_en} You may also print the paper, seal it and photograph each page."


class NoSeal(Problem):
    code, field = "NO_SEAL", "file"
    zh = "文件里没有电子签章。请用本单位的电子印章盖章后上传，或打印盖章后逐页拍照。"
    en = "The file carries no electronic seal. Seal it with your organisation's, or print, seal and photograph each page."
