"""A 720p film of any length: a simulated quarter of a minute, repeated without encoding it again."""

from __future__ import annotations

from pathlib import Path

import av

from benchmarks import kept, portraits
from facialis.face import simulate

SIZE = (1280, 720)
FPS = 30
PIECE_S = 15.0


def made(minutes: float) -> tuple[Path, float]:
    """Return the film and its length in seconds."""
    portrait = portraits.free()["hopper"]
    mark = kept.digest(portrait, SIZE, FPS, PIECE_S, kept.simulator())
    piece = kept.cache("long") / f"piece-{mark}.mp4"
    if not piece.is_file():
        kept.say(f"making {PIECE_S:.0f} s at {SIZE[0]} x {SIZE[1]}")
        plan = simulate.Plan(seconds=PIECE_S)
        simulate.simulate_photo(portrait, piece, plan=plan, seed=1, video=simulate.Video(fps=FPS, size=SIZE))
    count = max(1, round(60 * minutes / PIECE_S))
    film = kept.cache("long") / f"{count}-{mark}.mp4"
    if not film.is_file():
        scratch = film.with_name(f".{film.name}")
        repeat(piece, scratch, count)
        scratch.replace(film)
    return film, count * PIECE_S


def repeat(piece: Path, film: Path, count: int) -> None:
    """Write a film that shows a piece several times over: the same packets, their times moved on."""
    with av.open(str(film), "w", format="mp4") as output:
        with av.open(str(piece)) as source:
            target = output.add_stream_from_template(source.streams.video[0])
        for turn in range(count):
            with av.open(str(piece)) as source:
                stream = source.streams.video[0]
                base = stream.time_base
                assert base is not None
                shift = round(turn * PIECE_S / base)
                for packet in source.demux(stream):
                    if packet.pts is None or packet.dts is None:
                        continue
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = target
                    output.mux(packet)
