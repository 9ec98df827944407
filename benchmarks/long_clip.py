"""Films of any length: a simulated piece, repeated without encoding it again. At 720p, and small at 240 a second."""

from __future__ import annotations

from pathlib import Path

import av

from benchmarks import kept, portraits
from facialis.face import simulate

SIZE = (1280, 720)
FPS = 30
PIECE_S = 15.0
FAST_SIZE = (480, 600)
FAST_FPS = 240
FAST_S = 10.0


def made(minutes: float) -> tuple[Path, float]:
    """Return the 720p film and its length in seconds."""
    count = max(1, round(60 * minutes / PIECE_S))
    return _film(count, SIZE, FPS, PIECE_S), count * PIECE_S


def fast(count: int) -> tuple[Path, float]:
    """Return the film at 240 frames a second, ten seconds ``count`` times over, and its length in seconds."""
    return _film(count, FAST_SIZE, FAST_FPS, FAST_S), count * FAST_S


def _film(count: int, size: tuple[int, int], fps: int, piece_s: float) -> Path:
    portrait = portraits.free()["hopper"]
    mark = kept.digest(portrait, size, fps, piece_s, kept.simulator())
    piece = kept.cache("long") / f"piece-{mark}.mp4"
    if not piece.is_file():
        kept.say(f"making {piece_s:.0f} s at {size[0]} x {size[1]}")
        plan = simulate.Plan(seconds=piece_s)
        simulate.simulate_photo(portrait, piece, plan=plan, seed=1, video=simulate.Video(fps=fps, size=size))
    film = kept.cache("long") / f"{count}-{mark}.mp4"
    if not film.is_file():
        scratch = film.with_name(f".{film.name}")
        repeat(piece, scratch, count, piece_s)
        scratch.replace(film)
    return film


def repeat(piece: Path, film: Path, count: int, piece_s: float = PIECE_S) -> None:
    """Write a film that shows a piece several times over: the same packets, their times moved on."""
    with av.open(str(film), "w", format="mp4") as output:
        with av.open(str(piece)) as source:
            target = output.add_stream_from_template(source.streams.video[0])
        for turn in range(count):
            with av.open(str(piece)) as source:
                stream = source.streams.video[0]
                base = stream.time_base
                assert base is not None
                shift = round(turn * piece_s / base)
                for packet in source.demux(stream):
                    if packet.pts is None or packet.dts is None:
                        continue
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = target
                    output.mux(packet)
