"""One database server for the whole test session, apart from everything that runs.

Each session takes the first free folder `var/test/1`, `2`, …, holds its lock, and is given its own server, keys and
files there; so two sessions, or a session beside `make run`, never meet. The folder is kept: `--reuse-db` finds its
database again. Migrations run as the schema's owner, the tests as the application's role, exactly as in production.
"""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations
from psycopg import sql
from xdist.scheduler import LoadScopeScheduling

from answerable import settings as settings_module
from answerable.lib import keys, postgres

PROJECT = Path(__file__).parent
CASES = (
    *(f"src/answerable/{package}/tests/" for package in ("exits", "exports", "permits", "reports", "stock", "tracing")),
    *(f"src/answerable/orders/tests/test_{way}.py" for way in ("stages", "takeover", "transfer")),
    "src/answerable/gate/tests/test_every_verdict.py",
)
"""Where whole cases are walked through the actions: archives, bundles, permits, ways of an order."""
SHARED = ("tests/planes/", "src/answerable/cli/tests/test_run.py", "src/answerable/cli/tests/test_backup.py")
"""Where tests share one installation."""
_lock: Any = None
_server: postgres.Server | None = None
_process: subprocess.Popen[bytes] | None = None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the server in the controller, before xdist starts its workers; point the settings at it everywhere."""
    global _server, _process  # noqa: PLW0603
    is_worker = hasattr(session.config, "workerinput")
    slot = Path(os.environ["ANSWERABLE_TEST_SLOT"]) if is_worker else _take_slot()
    os.environ["ANSWERABLE_TEST_SLOT"] = str(slot)
    _server = postgres.Server(slot / "postgres", slot / "keys", durable=False)
    if not is_worker:
        keys.make_all(slot / "keys")
        if "DATABASE_URL" not in os.environ:
            _process = _start(_server)
    _point_settings(slot, session.config.workerinput["workerid"] if is_worker else "main")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell the tests that drive whole pages, or walk whole cases, from the units: they are parts of their own."""
    for item in items:
        if item.nodeid.startswith(CASES) and not item.get_closest_marker("journey"):
            item.add_marker(pytest.mark.cases)
        if item.nodeid.startswith("src/answerable/web/tests/"):
            item.add_marker(pytest.mark.web)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave what was imported and collected out of the garbage collector's rounds: it stays to the end anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


class _ByInstallation(LoadScopeScheduling):
    """Give all tests that share one running installation to one worker: a second worker would start a second one.

    (The marks of `--dist loadgroup` have no effect with pytest 9.2: xdist 3.8 writes the group into a name that is not read.)
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((place for place in SHARED if file.startswith(place)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """Choose the scheduler of `--dist loadgroup`."""
    return _ByInstallation(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_unconfigure() -> None:
    if _process is not None and _server is not None:
        _server.stop(_process)


def _take_slot() -> Path:
    global _lock  # noqa: PLW0603
    for serial in range(1, 100):
        slot = PROJECT / "var" / "test" / str(serial)
        slot.mkdir(parents=True, exist_ok=True)
        _lock = (slot / "lock").open("w")
        try:
            fcntl.flock(_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        return slot
    raise pytest.UsageError("99 test sessions run in this checkout already.")


def _start(server: postgres.Server) -> subprocess.Popen[bytes]:
    server.initialise()
    process = server.start()
    server.prepare()
    with server.connect() as connection:
        # Only here: the owner makes the tests' databases itself.
        connection.execute(f"ALTER ROLE {postgres.OWNER_ROLE} CREATEDB")
    _migrate_model(server)
    return process


def _migrate_model(server: postgres.Server) -> None:
    """Migrate the database that each worker's own is copied from, once for each state of the migrations."""
    files = sorted((PROJECT / "src").rglob("migrations/*.py"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    stamp = server.folder / "migrated"
    if stamp.exists() and stamp.read_text() == digest:
        return
    stamp.unlink(missing_ok=True)
    server.create_database(replace=True)
    environment = os.environ | {"ANSWERABLE_VAR": str(server.folder.parent), "ANSWERABLE_MIGRATE": "1"}
    command = [sys.executable, str(PROJECT / "manage.py"), "migrate", "--verbosity=0"]
    subprocess.run(command, env=environment, check=True)
    stamp.write_text(digest)


def _point_settings(slot: Path, worker: str) -> None:
    """Move everything that is written into the worker's own folder; secrets are the session's."""
    var = slot / worker
    (var / "static").mkdir(parents=True, exist_ok=True)  # whitenoise complains about a folder that is not there
    if not (var / "keys").exists():
        (var / "keys").symlink_to("../keys")
    os.environ["ANSWERABLE_VAR"] = str(var)
    for name in (
        "KEYS",
        "OUTBOX",
        "DOCUMENTS",
        "DOCUMENT_KEYS",
        "EXPORTS",
        "REGISTER",
        "GATE",
        "SIGNER",
        "SIGNER_DOOR",
        "LOG",
        "LOG_GUARD",
        "LIMITS",
        "STATIC_ROOT",
    ):
        moved = var / getattr(settings, name).relative_to(settings.VAR)
        setattr(settings, name, moved)
        setattr(settings_module, name, moved)  # who needs no Django reads the module
    settings.VAR = settings_module.VAR = var
    settings.WHITENOISE_AUTOREFRESH = (
        True  # look a static file up when it is asked for: each test client would list them all
    )
    settings.PASSWORD_HASHERS = ["answerable.parties.tests.hasher.QuickArgon2"]
    settings.SECRET_KEY = settings_module.SECRET_KEY = keys.read(slot / "keys", keys.DJANGO)
    if _server is not None and "DATABASE_URL" not in os.environ:
        os.environ["ANSWERABLE_DATABASE_SOCKET"] = str(_server.socket)
        _sign_in_as(postgres.OWNER_ROLE, keys.DATABASE_OWNER)


def _sign_in_as(role: str, secret: str) -> None:
    connection = connections["default"]
    connection.close()
    chosen = {"HOST": os.environ["ANSWERABLE_DATABASE_SOCKET"], "USER": role}
    chosen["PASSWORD"] = keys.read(settings.KEYS, secret)
    connection.settings_dict.update(chosen)
    connection.settings_dict["TEST"]["TEMPLATE"] = postgres.DATABASE
    settings.DATABASES["default"].update(chosen)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Make and migrate the database as the owner, then test as the application; the owner drops it again."""
    if "DATABASE_URL" in os.environ:
        yield
        return
    ordinary = DatabaseOperations.execute_sql_flush
    with django_db_blocker.unblock():
        _sign_in_as(postgres.APPLICATION_ROLE, keys.DATABASE)
    DatabaseOperations.execute_sql_flush = _empty_tables  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = ordinary  # type: ignore[method-assign]
    with django_db_blocker.unblock():
        _sign_in_as(postgres.OWNER_ROLE, keys.DATABASE_OWNER)


def _empty_tables(operations: DatabaseOperations, statements: list[str]) -> None:
    """Empty the tables after a test with real transactions: the application may not, and triggers forbid others.

    Deleting from the few that have rows takes a tenth of the time of truncating all.
    """
    if _server is None:
        raise pytest.UsageError("No server.")
    tables = {name for statement in statements for name in re.findall(r'"(\w+)"', statement)}
    with _server.connect(database=operations.connection.settings_dict["NAME"]) as connection:
        connection.execute("SET session_replication_role = replica")
        for table in map(sql.Identifier, sorted(tables)):
            if connection.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(table)).fetchone() == (True,):
                connection.execute(sql.SQL("DELETE FROM {}").format(table))


@pytest.fixture
def application_connection(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """Give a second, raw connection to the test database with the rights of the running application, and no more."""
    chosen = connections["default"].settings_dict
    with psycopg.connect(
        host=chosen["HOST"],
        port=chosen["PORT"] or 5432,
        user=chosen["USER"],
        password=chosen["PASSWORD"],
        dbname=chosen["NAME"],
        autocommit=True,
    ) as connection:
        yield connection
