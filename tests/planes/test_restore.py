"""A backup, restored into another installation: calls ring."""

import pytest

from tests.planes.conftest import HOTLINE, make_house

pytestmark = pytest.mark.journey


def test_backup_restored_elsewhere_connects_calls(house, tmp_path):
    backup = tmp_path / "backup"
    done = house.answerable("backup", str(backup))
    assert done.returncode == 0, done.stderr
    second = make_house(tmp_path / "second")
    # The carrier's trunk and lines are the same ones: they are data of the database and of the environment.
    second.environment["ANSWERABLE_LANDLINE_TRUNK"] = house.environment["ANSWERABLE_LANDLINE_TRUNK"]
    house.stop()
    try:
        restored = second.answerable("restore", str(backup))
        assert restored.returncode == 0, restored.stderr
        said = second.start()
        assert f"A call to {HOTLINE}: SIP/2.0 200 OK" in said
        holder = second.sql(
            "SELECT e.name FROM numbers_number n JOIN parties_enterprise e ON e.id = n.holder_id WHERE number = %s",
            HOTLINE,
        )
        assert holder == [("有应示例通信有限公司（样本）",)]
    finally:
        second.stop()
        house.start()
