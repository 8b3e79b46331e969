"""What can go wrong with the consent to the hand-held photo."""

from answerable.lib.errors import Problem


class ConsentMissing(Problem):
    code, field = "CONSENT_MISSING", "file"
    zh = "手持身份证照含有人脸：请先在这一项下阅读说明并单独同意，或选择不提供。"
    en = "This photo shows a face: read the text at this item and consent to it first, or choose not to provide it."


class ConsentOutdated(Problem):
    code, field = "CONSENT_OUTDATED", "consent"
    zh, en = (
        "请勾选同意；说明如已更新，请刷新后重新阅读。",
        "Tick the consent; if its text changed, load the page and read it again.",
    )


class PhotoKept(Problem):
    code = "PHOTO_KEPT"
    zh = "核验已通过，这张照片须在服务期间及终止后两年内留存（工信部令第25号），期满删除，现在不能撤回。"
    en = "This verification was approved: the law keeps the photo during service and two years after (MIIT Order 25), then it is erased. It cannot be withdrawn now."
