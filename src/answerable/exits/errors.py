"""What an archive's arrival refuses, in sentences that say what to do."""

from __future__ import annotations

from answerable.lib.errors import Problem


class ArrivedAlready(Problem):
    code = "ARRIVED_ALREADY"
    zh = "这份移交包已于 {when} 接收，没有改动任何内容。"
    en = "This archive was taken in on {when} already; nothing was changed."


class ArchiveTooOld(Problem):
    code = "ARCHIVE_TOO_OLD"
    zh = "移交包制作于 {when}，超过 {days} 天；请机主从原运营主体重新下载。"
    en = "The archive was made on {when}, more than {days} days ago. Have the holder download a new one from its operator."


class NothingArrives(Problem):
    code = "NOTHING_ARRIVES"
    zh = "移交包里没有使用中的号码；因故停机的号码，须先在原运营主体申诉或补正、恢复后再移交。"
    en = (
        "No number in the archive is in service. What is stopped must be answered for and lifted at its operator first."
    )


class NumberNotTaken(Problem):
    code = "NUMBER_NOT_TAKEN"
    zh = "号码 {number} 不能接收：{why_zh} 整份移交包都没有接收。"
    en = "{number} cannot be taken over: {why_en} Nothing of the archive was taken in."


class NoPapersHere(Problem):
    code = "NO_PAPERS_HERE"
    zh = "移交包里没有可用于这份申请的材料，请自行上传。"
    en = "The archive holds no paper for this application. Upload yours."
