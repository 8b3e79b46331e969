"""`answerable documents read FILE`: what the machine reads in one picture or PDF. Nothing is stored."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, get_args

from answerable.cli import installation


def configure(parser: argparse.ArgumentParser) -> None:
    from answerable.verification.reading.model import Kind

    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    read = verbs.add_parser("read", help="print kind, fields and findings of one file")
    read.add_argument("file", metavar="FILE", type=Path)
    read.add_argument(
        "--kind", choices=get_args(Kind), metavar="KIND", help="what it should be, where its words do not say"
    )
    read.add_argument("--json", action="store_true", help="everything, as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    installation.load_django()
    from answerable.verification.reading.read import report

    found = report(arguments.file, arguments.kind)
    print(json.dumps(found, ensure_ascii=False, indent=1) if arguments.json else _summary(found))
    return 0


def _summary(found: dict[str, Any]) -> str:
    lines = [f"kind      {found['kind']}", f"sha256    {found['sha256']}"]
    lines += [f"field     {name}: {field['text']}" for name, field in found["fields"].items()]
    lines += [f"{finding['outcome']:<10}{finding['text_zh']} {finding['text_en']}" for finding in found["findings"]]
    return "\n".join(lines)
