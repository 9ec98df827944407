"""Looks through the log and says whether it is whole. It shares no code with the triggers that write it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from django.db import connection, transaction

from facialis_clinic.audit.models import PRACTICE

PREFIX = b"facialis.audit/1\t"
PRACTICE_NAME = "-"
NOTHING = b"0" * 64
KEPT = 100
"""So many breaks are told one by one; the rest is counted."""
EVERY = 20_000

# The columns of a row's bytes, in their order, and then its hash: what ``facialis audit export`` writes, too.
_ROWS = """
COPY (
    SELECT encode(previous, 'hex'), subject, seq, (extract(epoch FROM at) * 1000000)::bigint,
        actor, role, verb, kind, thing, encode(note_hash, 'hex'), encode(hash, 'hex')
    FROM audit_event WHERE {} ORDER BY subject, seq
) TO STDOUT (NULL '-')
"""
Mark = tuple[int, bytes]
"""A place of a chain and the hash that stands there, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the log is not what was written.

    Attributes
    ----------
    subject : str
        The chain: a person's id, or ``-`` for the practice's own.
    seq : int
        The row of that chain.
    what : str
        ``changed``: the row's content is not what its hash is of. ``reordered``: nor does it follow the row before.
        ``rewritten``: it fits its own hash but not its neighbours, the head or a checkpoint. ``missing``, ``inserted``,
        ``cut off`` (the last rows), ``note changed``, ``note missing``, ``note added``, ``checkpoints`` (their file).
    told : str
        The same in a sentence's part.
    """

    subject: str
    seq: int
    what: str
    told: str

    def __str__(self) -> str:
        chain = "the practice's chain" if self.subject == PRACTICE_NAME else f"the chain of {self.subject}"
        return f"{chain}, row {self.seq}: {self.told}"


@dataclass(slots=True)
class Report:
    """What a look through the log came to."""

    rows: int = 0
    chains: int = 0
    broken: list[Break] = field(default_factory=list)
    more: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.broken

    @property
    def breaks(self) -> int:
        """How many breaks there are, those that are only counted among them."""
        return len(self.broken) + self.more

    def add(self, subject: bytes | str, seq: int, what: str, told: str) -> None:
        """Note a break."""
        if len(self.broken) < KEPT:
            name = subject.decode() if isinstance(subject, bytes) else subject
            self.broken.append(Break(name, seq, what, told))
        else:
            self.more += 1


@dataclass(slots=True)
class Walk:
    """Goes along the rows in the order of their chains and keeps the row before, and nothing else, in mind."""

    report: Report
    heads: dict[bytes, Mark]
    marks: Mapping[bytes, Mark]
    subject: bytes = b""
    seq: int = 0
    last: bytes = NOTHING
    seen: set[bytes] = field(default_factory=set)
    ahead: dict[bytes, int] = field(default_factory=dict)
    _stops: dict[int, set[bytes]] = field(default_factory=dict)

    def row(self, line: bytes) -> None:
        """Hold the next row against its own hash and against the row before."""
        body, _, stored = line.rpartition(b"\t")
        previous, subject, number, _ = body.split(b"\t", 3)
        if subject != self.subject:
            self._begin(subject)
        seq = int(number)
        kept = sha256(PREFIX + body).hexdigest().encode() == stored
        follows = previous == self.last
        if seq == self.seq + 1 and kept and follows and seq not in self._stops:
            self.seq, self.last = seq, stored
            self.report.rows += 1
            return
        self.report.rows += 1
        if seq <= self.seq:
            self.report.add(subject, seq, "inserted", "there is more than one row with this number")
            return
        self._odd(seq, kept, follows)
        if kept and follows and self._stops.get(seq, {stored}) != {stored}:
            self.report.add(subject, seq, "rewritten", "it is not the row that the head or a checkpoint names")
        self.seq, self.last = seq, stored

    def _odd(self, seq: int, kept: bool, follows: bool) -> None:
        gap = seq - self.seq - 1
        if gap:
            rows = f"row {self.seq + 1} is missing" if gap == 1 else f"rows {self.seq + 1} to {seq - 1} are missing"
            self.report.add(self.subject, self.seq + 1, "missing", rows)
        if not kept:
            what = ("changed", "it was changed") if follows or gap else ("reordered", "it was changed or moved")
            self.report.add(self.subject, seq, *what)
        elif not follows and not gap:
            self.report.add(
                self.subject, seq, "rewritten", "it does not follow the row before: one of them was rewritten"
            )

    def _begin(self, subject: bytes) -> None:
        self.end()
        self.subject, self.seq, self.last = subject, 0, NOTHING
        self.seen.add(subject)
        self.report.chains += 1
        self._stops = {}
        for mark in (self.heads.get(subject), self.marks.get(subject)):
            if mark is not None:
                self._stops.setdefault(mark[0], set()).add(mark[1])

    def end(self) -> None:
        """Hold the end of the chain against its head and the last checkpoint."""
        if not self.subject:
            return
        furthest = max(self._stops, default=0)
        if self.seq < furthest:
            self._cut(self.subject, self.seq + 1, furthest)
        if self.seq > self.heads.get(self.subject, (0, b""))[0]:
            self.ahead[self.subject] = self.seq

    def finish(self) -> None:
        """Look for the chains that are gone altogether."""
        self.end()
        for chain, (seq, _) in {**self.heads, **self.marks}.items():
            if chain not in self.seen and seq:
                self._cut(chain, 1, seq)

    def _cut(self, chain: bytes, first: int, last: int) -> None:
        rows = f"row {first}" if first == last else f"rows {first} to {last}"
        self.report.add(chain, first, "cut off", f"{rows} at the end were cut off")


def silent(rows: int) -> None:
    """Tell nobody how far it is."""


def walk(
    report: Report,
    marks: Mapping[bytes, Mark],
    *,
    subject: UUID | None = None,
    progress: Callable[[int], None] = silent,
) -> None:
    """Go along the rows of one chain or of all, as they stand now."""
    one = Walk(report, heads(subject), marks)
    for line in lines(subject):
        one.row(line)
        if not report.rows % EVERY:
            progress(report.rows)
    one.finish()
    progress(0)
    # Rows past the head may have come while we read; those that the head still does not know, no trigger wrote.
    now = heads(subject) if one.ahead else {}
    for chain, seq in one.ahead.items():
        head = now.get(chain, (0, b""))[0]
        if head < seq:
            report.add(chain, head + 1, "inserted", "the head of the chain does not know of it")


def lines(subject: UUID | None = None) -> Iterator[bytes]:
    """Yield the rows as text, chain by chain, from a stream; ``PRACTICE`` names the practice's own chain."""
    where, values = "true", []
    if subject == PRACTICE:
        where = "subject IS NULL"
    elif subject is not None:
        where, values = "subject = %s", [subject]
    with connection.cursor() as cursor, cursor.copy(_ROWS.format(where), values) as copy:
        for block in copy:
            yield bytes(block)[:-1]


def heads(subject: UUID | None = None) -> dict[bytes, Mark]:
    """Return where the chains end."""
    query, values = "SELECT chain, seq, encode(hash, 'hex') FROM audit_head", []
    if subject is not None:
        query, values = query + " WHERE chain = %s", [subject]
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return {name(chain): (seq, told.encode()) for chain, seq, told in cursor.fetchall()}


def name(chain: UUID | None) -> bytes:
    """Return how a chain is called in the rows' bytes."""
    return PRACTICE_NAME.encode() if chain is None or chain == PRACTICE else str(chain).encode()


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything as of one moment, where no transaction is open already."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
