"""Carry the names of trunks over to what a new file calls them: an address is one trunk, whatever it is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from answerable.cli.operating.errors import OperatorFileInvalid
from answerable.routing.models import Trunk

Source = tuple[str, int | None]


def source_of(trunk: Trunk) -> Source:
    """Return by what a trunk is known: its address and, where given, port."""
    return str(trunk.address), trunk.port


def twice(rows: Iterable[Trunk]) -> Iterator[str]:
    """Name each address that a file gives two trunks."""
    seen: dict[Source, str] = {}
    for row in rows:
        source = source_of(row)
        if source in seen:
            yield f"trunks: {seen[source]} and {row.name} have one address, {_spelled(source)}; keep one of them"
        seen[source] = row.name


def rename(rows: Iterable[Trunk]) -> dict[str, str]:
    """Give each address in the database the name that it has in the file; return the new names by the old ones.

    By way of names that nobody can have, so that two trunks may change names. Raise OperatorFileInvalid where a name is
    still that of another trunk which the file no longer has.
    """
    names = {source_of(row): row.name for row in rows}
    present = list(Trunk.objects.select_for_update().filter(user="").order_by("pk"))
    moving = {row: names[source_of(row)] for row in present if names.get(source_of(row), row.name) != row.name}
    staying = {row.name: row for row in present if row not in moving}
    if taken := [staying[name] for name in moving.values() if name in staying]:
        raise OperatorFileInvalid(
            [
                f"trunks.{row.name}: was {_spelled(source_of(row))}, which the file no longer has; give the trunk another name"
                for row in taken
            ]
        )
    changed = {row.name: name for row, name in moving.items()}
    for row in moving:
        Trunk.objects.filter(pk=row.pk).update(name=f"\t{row.pk}")
    for row, name in moving.items():
        Trunk.objects.filter(pk=row.pk).update(name=name)
    return changed


def _spelled(source: Source) -> str:
    address, port = source
    return f"{address}:{port}" if port else f"{address}, every port"
