"""What can go wrong with the carrier's register."""

from answerable.lib.errors import Problem


class RegisterFileUnreadable(Problem):
    code, field = "REGISTER_FILE_UNREADABLE", "file"
    zh = "文件不是 UTF-8 或 GB18030 的 CSV，或缺少表头 {columns}，或没有一行数据。什么都没有导入。"
    en = "The file is no CSV in UTF-8 or GB18030 with the header {columns}, or has no row. Nothing was taken."


class RegisterFileWrong(Problem):
    code, field = "REGISTER_FILE_WRONG", "file"
    zh = "有 {count} 行不对（{lines}），整个文件没有导入：号码须属该运营商且不重复，状态须为约定值。"
    en = "{count} lines are wrong ({lines}); nothing was taken. Numbers are this carrier's and appear once; states are known values."


class RegisterFileShorter(Problem):
    code, field = "REGISTER_FILE_SHORTER", "file"
    zh = "文件有 {rows} 行，比上次的 {before} 行少了 1% 以上。请与运营商核对；确实如此时由两人确认（桌面）或加 --force（命令）。"
    en = "The file has {rows} rows, over 1 % fewer than the last ({before}). Check with the carrier; if right, two people confirm at the desk, or use --force."


class ConfirmNeedsAnother(Problem):
    code = "CONFIRM_NEEDS_ANOTHER"
    zh, en = (
        "须由另一人确认，上传的人不能确认自己的文件。",
        "Another person has to confirm; nobody confirms their own file.",
    )


class ExplanationInvalid(Problem):
    code, field = "EXPLANATION_INVALID", "why"
    zh, en = "请写明情况说明（300 字以内）。", "Write the explanation, 300 characters at most."


class DifferenceOver(Problem):
    code = "DIFFERENCE_OVER"
    zh, en = "这一条已处理或已一致，请刷新页面。", "This one was dealt with or agrees by now. Load the page again."
