"""The order of work: each content once, each result kept at once, each failure a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from facialis.cohort import CohortError, worker
from facialis.cohort.child import Job
from facialis.cohort.clips import Clip
from facialis.cohort.parts import Parts

if TYPE_CHECKING:
    from distributed import Client, Future


Reply = dict[str, Any]


@dataclass(frozen=True)
class Failure:
    """Why a clip has no result.

    Attributes
    ----------
    outcome : str
        ``unreadable``, ``unguided``, ``worker_died``, ``too_long`` or ``error``.
    reason : str
        In words.
    """

    outcome: str
    reason: str


@dataclass
class Progress:
    """How far a run is, in clips.

    Attributes
    ----------
    total, done, failed : int
        All; those with a result or a failure; those with a failure.
    before : int
        Those with a result from an earlier run.
    """

    total: int
    done: int = 0
    failed: int = 0
    before: int = 0


@dataclass
class Run:
    """One run over clips; what it found out stays here, also where it was stopped half-way.

    Attributes
    ----------
    clips : sequence of Clip
        In the order of the table.
    parts : Parts
        Where results are kept.
    limit_s : float
        Seconds that one clip may take.
    tell : callable, optional
        Called with the progress after each clip.
    failures : dict of Clip to Failure
        The clips that could not be measured.
    """

    clips: Sequence[Clip]
    parts: Parts
    limit_s: float = 3600.0
    tell: Callable[[Progress], None] | None = None
    failures: dict[Clip, Failure] = field(default_factory=dict)
    _names: dict[Clip, str] = field(default_factory=dict)
    _finished: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.progress = Progress(len(self.clips))
        self._sharing: dict[str, list[Clip]] = {}
        self._died: list[tuple[Clip, str]] = []

    def sha256(self, clip: Clip) -> str | None:
        """Return the SHA-256 of a clip; None where it has not been read."""
        return self._names[clip].partition("-")[0] if clip in self._names else None

    def part(self, clip: Clip) -> str | None:
        """Return the name of a clip's result; None where there is none."""
        name = self._names.get(clip)
        return name if name in self._finished else None

    def recall(self) -> None:
        """Find out which clips have a result from an earlier run; only files that have not changed since."""
        for clip in self.clips:
            sha256 = self.parts.known_sha256(clip)
            name = self.parts.name(sha256, clip.options) if sha256 else ""
            if sha256 and self.parts.has(name):
                self._names[clip] = name
                self._finished.add(name)
                self._count(1, before=1)

    def go(self, client: Client) -> None:
        """Measure all clips that have no result yet.

        Raises
        ------
        CohortError
            If the engine is lost.
        OSError
            If a result cannot be kept.
        """
        queue = _Queue(client)
        for clip in self.clips:
            if self.part(clip) is None:
                queue.add(partial(self._read, queue, clip), worker.sha256, clip.path)
        queue.drain()
        # What killed its process may do so again: everything else comes first.
        queue = _Queue(client)
        for clip, name in self._died:
            self._measure(queue, clip, name, second=True)
        queue.drain()

    def _read(self, queue: _Queue, clip: Clip, reply: Reply) -> None:
        if "failed" in reply:
            self._failed([clip], reply)
        else:
            self.parts.remember(clip, reply["size"], reply["time_ns"], reply["sha256"])
            self._known(queue, clip, self.parts.name(reply["sha256"], clip.options))

    def _known(self, queue: _Queue, clip: Clip, name: str) -> None:
        """Go on with a clip of which the content is known: measure it, unless that has been done or is being done."""
        self._names[clip] = name
        first = name not in self._sharing
        sharing = self._sharing.setdefault(name, [])
        sharing.append(clip)
        if not first and sharing[0] in self.failures:
            self.failures[clip] = self.failures[sharing[0]]
            self._count(1, failed=1)
        elif name in self._finished:
            self._count(1)
        elif first and self.parts.has(name):
            self._finished.add(name)
            self._count(1, before=1)
        elif first:
            self._measure(queue, clip, name)

    def _measure(self, queue: _Queue, clip: Clip, name: str, *, second: bool = False) -> None:
        """Ask for a measurement before more files are read."""
        job = Job(clip.path, clip.options)
        queue.add(partial(self._measured, clip, name, second), worker.measure, job, self.limit_s, priority=1)

    def _measured(self, clip: Clip, name: str, second: bool, reply: Reply) -> None:
        if reply.get("failed") == "worker_died" and not second:
            self._died.append((clip, name))
            return
        if "result" in reply and reply["result"]["source"]["sha256"] != self.sha256(clip):
            reply = {"failed": "error", "reason": f"{clip.path.name} changed while it was measured: run again"}
        sharing = self._sharing[name]
        if "failed" in reply:
            self._failed(sharing, reply)
        else:
            self.parts.keep(name, reply["result"])
            self._finished.add(name)
            self._count(len(sharing))

    def _failed(self, clips: Sequence[Clip], reply: Reply) -> None:
        self.failures.update(dict.fromkeys(clips, Failure(reply["failed"], reply["reason"])))
        self._count(len(clips), failed=len(clips))

    def _count(self, done: int, *, failed: int = 0, before: int = 0) -> None:
        now = self.progress
        now.done, now.failed, now.before = now.done + done, now.failed + failed, now.before + before
        if self.tell is not None:
            self.tell(now)


class _Queue:
    """What has been asked of the engine, and what is to be done with each reply."""

    def __init__(self, client: Client) -> None:
        from distributed import as_completed

        self._client = client
        self._coming = as_completed(loop=client.loop)
        self._then: dict[object, Callable[[Reply], None]] = {}

    def add(self, then: Callable[[Reply], None], call: Callable[..., Reply], *words: Any, priority: int = 0) -> None:
        """Ask for a call; ``then`` is called with its reply by :meth:`drain`."""
        future = self._client.submit(call, *words, priority=priority, pure=False)
        self._then[future.key] = then
        self._coming.add(future)

    def drain(self) -> None:
        """Wait for everything that was asked, also for what is asked meanwhile."""
        for future in self._coming:
            self._then.pop(future.key)(_reply(future))


def _reply(future: Future[Reply]) -> Reply:
    """Return the reply of a call, or what became of its worker."""
    from distributed import CancelledError, KilledWorker

    try:
        reply: Reply = future.result()
    except KilledWorker:
        return {"failed": "worker_died", "reason": "every worker that measured it was lost"}
    except (CancelledError, OSError) as error:
        raise CohortError("the cluster was lost; what is finished is kept: run again to go on") from error
    except Exception as error:
        return {"failed": "error", "reason": " ".join(f"{type(error).__name__}: {error}".split())}
    return reply
