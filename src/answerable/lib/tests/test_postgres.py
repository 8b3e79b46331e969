"""The embedded server: unprivileged, private, and the application is nobody's owner."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from answerable.lib import keys, postgres


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Server]:
    """A cluster below a folder that only its owner can enter, with a path too long for a socket."""
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    folder = closed / ("deep" * 25) / "postgres"
    made = postgres.Server(folder, folder.parent / "keys", durable=False)
    made.initialise()
    process = made.start()
    made.prepare()
    yield made
    made.stop(process)
    assert process.returncode == 0
    made.socket.rmdir()


def _pid(server: postgres.Server) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def _status(pid: int, field: str) -> list[str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.split()[1:] for line in lines if line.startswith(f"{field}:"))


def test_server_runs_without_privileges_below_a_closed_folder(server: postgres.Server) -> None:
    uid = postgres.SERVER_UID if os.geteuid() == 0 else os.geteuid()
    assert _status(_pid(server), "Uid") == [str(uid)] * 4
    only_reading = 1 << 2  # CAP_DAC_READ_SEARCH
    assert int(_status(_pid(server), "CapEff")[0], 16) == (only_reading if os.geteuid() == 0 else 0)


def test_socket_and_data_are_closed_to_others(server: postgres.Server) -> None:
    assert [path.stat().st_mode & 0o777 for path in (server.socket, server.data)] == [0o700, 0o700]
    assert len(str(server.socket / ".s.PGSQL.5432")) <= 107


def test_server_listens_on_no_network_address(server: postgres.Server) -> None:
    with server.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_wrong_password_is_refused_on_the_socket(server: postgres.Server) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=str(server.socket), user=postgres.SUPERUSER, password="wrong", dbname="postgres")


def test_application_reads_and_writes_rows_and_owns_nothing(server: postgres.Server) -> None:
    with server.connect(postgres.OWNER_ROLE, database=postgres.DATABASE) as owner:
        owner.execute("CREATE TABLE sample (id serial PRIMARY KEY, word text)")
    with server.connect(postgres.APPLICATION_ROLE, database=postgres.DATABASE) as application:
        application.execute("INSERT INTO sample (word) VALUES ('一')")
        assert application.execute("SELECT word FROM sample").fetchall() == [("一",)]
        for forbidden in (
            "CREATE TABLE other (id int)",
            "TRUNCATE sample",
            "DROP TABLE sample",
            "ALTER TABLE sample ADD x int",
            f"SET ROLE {postgres.OWNER_ROLE}",
            "CREATE ROLE intruder",
            "COPY sample TO PROGRAM 'true'",
            "SELECT pg_read_file('/etc/passwd')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(forbidden)


def test_preparing_twice_changes_nothing_and_follows_the_keys(server: postgres.Server) -> None:
    (server.keys / keys.DATABASE).unlink()
    server.prepare()
    server.prepare()
    with server.connect(postgres.APPLICATION_ROLE, database=postgres.DATABASE) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (postgres.APPLICATION_ROLE,)


def test_password_is_never_in_the_server_log(server: postgres.Server) -> None:
    with server.connect() as connection:
        connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        connection.execute("SELECT pg_reload_conf()")
        time.sleep(0.2)
        server.prepare()
        connection.execute("ALTER SYSTEM RESET log_statement")
        connection.execute("SELECT pg_reload_conf()")
    log = (server.folder / "log").read_text()
    assert "ALTER ROLE" in log
    assert [name for name in keys.NAMES if keys.ensure(server.keys, name) in log] == []


def test_initialising_twice_keeps_the_cluster(server: postgres.Server) -> None:
    assert server.initialise() is False


@pytest.mark.journey  # a second cluster
def test_server_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    postgres.Server(folder, tmp_path / "keys", durable=False).initialise()
    program = (
        "import os, signal, sys; from pathlib import Path; from answerable.lib import postgres;"
        "server = postgres.Server(Path(sys.argv[1]), Path(sys.argv[2]), durable=False);"
        "print(server.start().pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder), str(tmp_path / "keys")],
        capture_output=True,
        text=True,
        check=False,
    )
    process = Path(f"/proc/{int(done.stdout)}")
    deadline = time.monotonic() + 10
    while process.exists() and _status(int(done.stdout), "State")[0] != "Z" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not (folder / "data" / "postmaster.pid").exists()


@pytest.mark.django_db
def test_tests_run_with_the_rights_of_the_application() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, usesuper FROM pg_user WHERE usename = current_user")
        assert cursor.fetchone() == (postgres.APPLICATION_ROLE, False)


def test_application_connection_may_not_drop_a_table(application_connection: psycopg.Connection[tuple[object]]) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application_connection.execute("DROP TABLE django_content_type CASCADE")


def test_database_url_may_name_two_hosts_and_means_the_one_that_takes_writes() -> None:
    found = postgres.way_to("postgresql://app:p%40ss@db-one:5432,db-two:5433/answerable")
    named = {name: found[name] for name in ("host", "port", "user", "password", "dbname", "target_session_attrs")}
    assert named == {
        "host": "db-one,db-two", "port": "5432,5433", "user": "app", "password": "p@ss", "dbname": "answerable",
        "target_session_attrs": "read-write",
    }  # fmt: skip
    assert found["tcp_user_timeout"] == "8000"  # a dead network holds nobody for hours


def test_database_url_says_more_and_is_believed() -> None:
    found = postgres.way_to("postgresql://app@db/answerable?connect_timeout=9&sslmode=verify-full")
    assert (found["connect_timeout"], found["sslmode"], "target_session_attrs" in found) == ("9", "verify-full", False)


@pytest.mark.parametrize(
    "wrong", ["mysql://a/b", "host=a dbname=b", "postgresql://a:b@c", "postgresql://a/b?nonsense=1"]
)
def test_what_is_no_database_url_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"names no database|nonsense|missing|invalid"):
        postgres.way_to(wrong)
