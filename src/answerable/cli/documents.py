"""`answerable documents read FILE`: what the machine reads in one picture or PDF. Nothing is stored.

Exit status: 0 read, 2 where the file, or the file of claims, cannot be read; the message says why.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any, get_args

from answerable.cli import installation
from answerable.lib.images import RefusedFile
from answerable.lib.masking import mask_private, mask_values

UNREADABLE = 2


def configure(parser: argparse.ArgumentParser) -> None:
    from answerable.verification.reading.model import Kind

    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    read = verbs.add_parser("read", help="print kind, fields and findings of one file")
    read.add_argument("file", metavar="FILE", type=Path)
    read.add_argument(
        "--kind", choices=get_args(Kind), metavar="KIND", help="what it should be, where its words do not say"
    )
    read.add_argument(
        "--claims", metavar="FILE.json", type=Path,
        help="what the applicant typed, the slot, the day to judge by: the paper is compared with it",
    )  # fmt: skip
    read.add_argument(
        "--unmasked", action="store_true", help="ID numbers and mobiles in full: only where nobody else can read along"
    )
    read.add_argument("--json", action="store_true", help="everything as printed, ID numbers too, as one JSON object")
    verbs.add_parser("schema", help="print the JSON Schema of the file of claims")


def run(arguments: argparse.Namespace) -> int:
    installation.load_django()
    from answerable.verification.checks import claims_file
    from answerable.verification.reading.read import report

    if arguments.verb == "schema":
        print(json.dumps(claims_file.SCHEMA, ensure_ascii=False, indent=1))
        return 0
    try:
        stated = claims_file.load(arguments.claims.read_text("utf-8")) if arguments.claims else None
        found = report(arguments.file, arguments.kind, stated=stated)
    except (RefusedFile, claims_file.ClaimsInvalid, OSError, UnicodeDecodeError) as error:
        print(f"answerable: {mask_private(_sentence(error))}", file=sys.stderr)
        return UNREADABLE
    if arguments.json:  # for a program: each field's text as printed, in full
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        print(_summary(found if arguments.unmasked else mask_values(found)))
    return 0


def _sentence(error: Exception) -> str:
    language = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "en"
    if isinstance(error, RefusedFile):
        text = error.text_zh if language.startswith("zh") else error.text_en
        return f"{text} ({error.code}, {error.reason})"
    if isinstance(error, OSError):
        return f"{error.strerror}: {error.filename}"
    return str(error)


def _summary(found: dict[str, Any]) -> str:
    lines = [f"kind      {found['kind']}", f"sha256    {found['sha256']}"]
    lines += [f"field     {name}: {field['text']}" for name, field in found["fields"].items()]
    lines += [
        f"{finding['outcome']:<12}{finding['code'] or '':<4}{finding['text_zh']} {finding['text_en']}"
        for finding in found["findings"]
    ]
    return "\n".join(lines)
