"""Whose cosignatures make a checkpoint believed (C2SP tlog-policy): a text file of logs, witnesses, groups, one quorum.

log <vkey> [<url>]
witness <name> <vkey> [<url>]          the url is the witness's submission prefix (C2SP tlog-witness)
group <name> all|any|<k> <name>...
quorum <name>|none
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from answerable.transparency.errors import MalformedNote, MalformedPolicy, UnverifiedNote
from answerable.transparency.notes import COSIGNATURE, ED25519, VerifierKey

NONE = "none"
LINES_AT_MOST = 256
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_COUNT = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True)
class Witness:
    """One witness: its name within the policy, its key, and where checkpoints are submitted (empty: not by us)."""

    name: str
    key: VerifierKey
    url: str = ""

    def __post_init__(self) -> None:
        if self.key.type != COSIGNATURE:
            raise MalformedPolicy("a witness's key is of type 4 (cosignature/v1).")


@dataclass(frozen=True)
class Group:
    """So many of its members (witnesses or earlier groups) must have witnessed a checkpoint."""

    at_least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """Logs that are accepted (none: whichever its reader knows), witnesses, groups by name, and which of them is asked for."""

    logs: tuple[VerifierKey, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    @property
    def keys(self) -> list[VerifierKey]:
        """List the witnesses' keys."""
        return [one.key for one in self.witnesses]

    def holds(self, cosigned: Collection[VerifierKey]) -> bool:
        """Say whether these keys' cosignatures are enough."""
        has_signed = {one.name: one.key in cosigned for one in self.witnesses}
        for name, group in self.groups.items():  # a group names earlier ones only
            has_signed[name] = sum(has_signed[member] for member in group.members) >= group.at_least
        return self.quorum == NONE or has_signed[self.quorum]

    def require(self, cosigned: Collection[VerifierKey]) -> None:
        """Raise UnverifiedNote where these keys' cosignatures are not enough; name who is missing."""
        if not self.holds(cosigned):
            missing = ", ".join(one.name for one in self.witnesses if one.key not in cosigned)
            raise UnverifiedNote(f"Too few witnesses have cosigned for the quorum {self.quorum}; missing: {missing}.")

    @classmethod
    def parse(cls, raw: bytes) -> Policy:
        """Read a policy file; raise MalformedPolicy with the line."""
        made = _Draft()
        for number, words in _lines(raw):
            try:
                made.take(words)
            except (MalformedPolicy, MalformedNote) as error:
                raise MalformedPolicy(f"Line {number}: {error}") from None
        return made.policy()

    @classmethod
    def of(cls, keys: Iterable[VerifierKey], *, at_least: int) -> Policy:
        """Return the policy that asks for so many of these witnesses."""
        witnesses = tuple(Witness(key.name, key) for key in keys)
        names = tuple(one.name for one in witnesses)
        return cls((), witnesses, {"all of them": Group(at_least, names)}, "all of them")


NO_WITNESSES = Policy()


def _lines(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield each line that says something, with its number; a word is a stretch without space and tab."""
    text = raw.decode("latin-1")  # octets above 0x7f are opaque: each stands for itself
    if _FORBIDDEN.search(text):
        raise MalformedPolicy("A policy has no control characters but tab and newline.")
    lines = text.split("\n")
    if lines.pop():
        raise MalformedPolicy("The last line does not end; the file may be cut short.")
    if len(lines) > LINES_AT_MOST:
        raise MalformedPolicy(f"A policy has {LINES_AT_MOST} lines at most.")
    for number, line in enumerate(lines, 1):
        words = [
            word.encode("latin-1").decode("utf-8", "surrogateescape") for word in re.split(r"[ \t]+", line) if word
        ]
        if words and not words[0].startswith("#"):
            yield number, words


@dataclass
class _Draft:
    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = ""

    def take(self, words: list[str]) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self.logs.append(_key(vkey, self.logs))
                if self.logs[-1].type != ED25519:
                    raise MalformedPolicy("a log's key is of type 1 (Ed25519).")
            case ["witness", name, vkey, *url] if len(url) <= 1:
                key = _key(vkey, [one.key for one in self.witnesses])
                self.witnesses.append(Witness(self._new(name), key, _url(url)))
            case ["group", name, count, *members] if members:
                self._group(name, count, members)
            case ["quorum", name]:
                self._quorum(name)
            case _:
                raise MalformedPolicy(
                    "a line is `log vkey [url]`, `witness name vkey [url]`, `group name k members` or `quorum name`."
                )

    def _group(self, name: str, count: str, members: list[str]) -> None:
        unknown = [one for one in members if one not in self._known()]
        if unknown or len(set(members)) < len(members):
            raise MalformedPolicy("a group's members are named on lines before it, each once.")
        if any(one in other.members for one in members for other in self.groups.values()):
            raise MalformedPolicy("a witness or group is a member of one group only.")
        sizes = {"any": 1, "all": len(members)}
        at_least = sizes.get(count) or (int(count) if _COUNT.fullmatch(count) else 0)
        if not 1 <= at_least <= len(members):
            raise MalformedPolicy("a group asks for all, any, or a number from 1 to that of its members.")
        self.groups[self._new(name)] = Group(at_least, tuple(members))

    def _quorum(self, name: str) -> None:
        if self.quorum:
            raise MalformedPolicy("there is one quorum line.")
        if name != NONE and name not in self._known():
            raise MalformedPolicy(f"the quorum {name} is no witness and no group named before it.")
        self.quorum = name

    def _known(self) -> set[str]:
        return {one.name for one in self.witnesses} | self.groups.keys()

    def _new(self, name: str) -> str:
        if name == NONE or name in self._known():
            raise MalformedPolicy(f"the name {name} is taken.")
        return name

    def policy(self) -> Policy:
        if not self.quorum:
            raise MalformedPolicy("A policy has one quorum line, `quorum none` where no witness is asked for.")
        return Policy(tuple(self.logs), tuple(self.witnesses), self.groups, self.quorum)


def _key(vkey: str, seen: list[VerifierKey]) -> VerifierKey:
    key = VerifierKey.parse(vkey)
    if any(key.public == one.public for one in seen):
        raise MalformedPolicy("the same key is there twice.")
    return key


def _url(words: list[str]) -> str:
    if words and not words[0].startswith(("https://", "http://")):
        raise MalformedPolicy("a witness's url begins with https:// or http://.")
    return words[0].rstrip("/") if words else ""
