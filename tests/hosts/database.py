"""A PostgreSQL and its streaming replica, each on a host of its own; the replica can be promoted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from answerable.lib import keys as secrets
from answerable.lib import postgres
from tests.calls.world import wait
from tests.hosts.net import DATA, Host

_ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class Database:
    """One server of the pair."""

    def __init__(self, folder: Path, host: Host) -> None:
        self.folder, self.host = folder, host
        self.server = postgres.Server(folder / "postgres", folder.parent / "keys")

    def initialise(self) -> None:
        secrets.make_all(self.server.keys)
        self.server.initialise()
        with (self.server.data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all,replication all {DATA}.0/24 scram-sha-256\n")

    def start(self, *settings: str) -> None:
        words = [*self.server.command(), "-c", f"listen_addresses={self.host.data}"]
        for setting in ("wal_level=replica", "max_wal_senders=4", *settings):
            words += ["-c", setting]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.host.command(*words), env=_ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.server.wait_ready(30, self.process)

    def execute(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.server.connect(database=postgres.DATABASE) as connection:
            cursor = connection.execute(statement, values or None)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []


def migrate(database: Database, var: Path) -> None:
    """Make the product's tables, as their owner."""
    database.server.prepare()
    environment = environment_of(var, url(database, role=postgres.OWNER_ROLE)) | {"ANSWERABLE_MIGRATE": "1"}
    command = database.host.command(sys.executable, "-m", "django", "migrate", "--noinput", "--verbosity", "0")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr


def replicate(primary: Database, replica: Database) -> None:
    """Copy the primary, which is stopped, and start both: no commit counts before the replica has it."""
    shutil.copytree(primary.server.data, replica.server.data)
    for folder, folders, files in os.walk(replica.server.data):
        for name in (folder, *(os.path.join(folder, one) for one in (*folders, *files))):
            os.chown(name, postgres.SERVER_UID, postgres.SERVER_UID)
    (replica.server.data / "standby.signal").touch()
    password = secrets.read(primary.server.keys, secrets.DATABASE_SUPERUSER)
    source = f"host={primary.host.data} port=5432 user=postgres password={password} application_name=second"
    primary.start("synchronous_standby_names=second")
    replica.start(f"primary_conninfo={source}", "hot_standby=on")
    wait(lambda: primary.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"), "the replica follows")


def url(*databases: Database, role: str = postgres.APPLICATION_ROLE) -> str:
    """Name the databases as an operator would in DATABASE_URL."""
    way_in = databases[0].server.way_in(role)
    hosts = ",".join(f"{one.host.data}:5432" for one in databases)
    return f"postgresql://{way_in['user']}:{way_in['password']}@{hosts}/{way_in['dbname']}"


def environment_of(var: Path, database_url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSWERABLE_", "DJANGO_", "PG"))}
    return kept | {
        "ANSWERABLE_VAR": str(var), "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "answerable.settings",
    }  # fmt: skip
