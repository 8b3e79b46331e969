"""Compile what runs for every call with mypyc, so that a call costs Kamailio's Python less. The same source, no other.

The compiler is mypy's own (https://mypyc.readthedocs.io); it holds to the types that `mypy --strict` has checked. Where it
or a C compiler is missing the gate runs the source as it is, slower and with the same answers. A build lies in build/gate
under the fingerprint of what it was made of: another source, or another Python of Kamailio's, never runs it.

`python -m answerable.gate.compiled` builds what is missing; so do `make run`, `make test` and `make bench-gate`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
PLACE = SOURCE.parent / "build" / "gate"
PYTHON = "/usr/bin/python3"
"""The Python that Debian's Kamailio embeds."""
PACKAGES = ("gate", "snapshot", "spool", "lib")
"""What the gate's route may import; the rest of these is copied as it is."""
MODULES = {
    "gate": "callers caps clock decide drain hunt kemi message refusals source spelling strangers ticket transaction verdict",
    "gate/bench": "plain",
    "snapshot": "frame keys read records stops",
    "spool": "frame rotate write",
}
LIMIT_SECONDS = 600
KEPT = 5
"""Builds that stay: a gate that runs an earlier one must find it when it starts Kamailio again."""
_SETUP = """
import sys
sys.path.append({packages!r})
from mypyc.build import mypycify
from setuptools import setup
sys.argv = ["setup", "--quiet", "build_ext", "--inplace"]
setup(name="answerable-gate", packages=[], ext_modules=mypycify({files!r} + ["--ignore-missing-imports"]))
"""


class NotCompiled(Exception):
    """The build did not come about; the gate runs all the same."""

    code = "NOT_COMPILED"


def source() -> Path:
    """Return where the gate's code is to be imported from: the build of this very source, or the source."""
    build = PLACE / fingerprint()
    return build if build.is_dir() else SOURCE


def build() -> Path:
    """Build what is missing and remove the oldest; return where it lies, or raise NotCompiled."""
    wanted = PLACE / fingerprint()
    if wanted.is_dir():
        return wanted
    PLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PLACE, prefix="making-") as name:
        making = Path(name) / "code"
        _copy(making)
        _compile(making)
        shutil.rmtree(making / "build", ignore_errors=True)
        making.chmod(0o755)
        os.replace(making, wanted)
    for old in sorted(PLACE.iterdir(), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return wanted


@cache
def fingerprint() -> str:
    """Name this source and Kamailio's Python."""
    found = hashlib.sha256(Path(PYTHON).resolve().name.encode())
    for path in _files():
        found.update(f"{path.relative_to(SOURCE)}\n".encode() + path.read_bytes())
    return found.hexdigest()[:24]


def _files() -> list[Path]:
    """List the source, without its tests but for the one that a build is held against."""
    root = SOURCE / "answerable"
    found = [root / "__init__.py"]
    for package in PACKAGES:
        found += (path for path in sorted((root / package).rglob("*.py")) if "tests" not in path.parts)
    return found


def _copy(making: Path) -> None:
    for path in _files():
        to = making / path.relative_to(SOURCE)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)
    (making / "mypy.ini").write_text("[mypy]\n")  # else mypy takes the project's, with Django's plugin


def _compile(making: Path) -> None:
    """Compile in place, with the headers of Kamailio's Python and the mypyc of ours."""
    found = importlib.util.find_spec("mypyc")
    if found is None or found.origin is None:
        raise NotCompiled("mypyc is not installed.")
    packages = str(Path(found.origin).parents[1])
    files = [f"answerable/{folder}/{name}.py" for folder, names in MODULES.items() for name in names.split()]
    script = _SETUP.format(packages=packages, files=files)
    try:
        result = subprocess.run(
            [PYTHON, "-c", script], cwd=making, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotCompiled(str(error)) from error
    if result.returncode != 0:
        raise NotCompiled((result.stderr + result.stdout).strip()[-2000:])


def main() -> int:
    """Build what is missing. That it cannot be built is said, and is no failure."""
    wanted = PLACE / fingerprint()
    if not wanted.is_dir():
        print("Compiling the gate (a minute).", file=sys.stderr, flush=True)
    try:
        build()
    except NotCompiled as error:
        print(f"The gate runs uncompiled: the same answers, more processor time a call. {error}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
