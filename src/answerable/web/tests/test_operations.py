"""The operations page says what gates refused, and who let it through."""

from answerable.calls.actions import ingest

ASKED = {"source": "db/1", "epoch": 9, "open": 1200, "lost": 300, "digest": "d"}


def record(sequence, kind, at, **said):
    return (
        {"host": "gate-2", "boot": "b", "process": "follow", "sequence": sequence, "kind": kind, "at": at}
        | ASKED
        | said
    )


def test_engineer_sees_refused_builds_and_who_forced_one(world, browser):
    client = browser(world.staff("gong"))
    assert "未采用的发布" not in client.get("/desk/operations/").content.decode()
    now = world.at.timestamp()
    ingest(
        [
            record(1, "snapshot_refused", now, what="changes", lost=31),
            record(2, "snapshot_refused", now + 1, what="build"),
            record(3, "snapshot_forced", now + 2, what="build", by=["孙样本", "冯样本"], reason="换了登记库"),
        ],
        at=world.at,
    )
    page = client.get("/desk/operations/").content.decode()
    shown = page[page.index("未采用的发布") : page.index("等待运营商回执")]
    forced, build, changes = shown.split("<li>")[1:]
    assert "gate-2 · 整份快照 · 振铃的 1200 个号码中有 300 个会失声" in forced
    assert "孙样本 · 冯样本 · 换了登记库" in forced
    assert ("强制采用" in build, "整份快照" in build) == (False, True)
    assert "逐条变更 · 振铃的 1200 个号码中有 31 个会失声" in changes
