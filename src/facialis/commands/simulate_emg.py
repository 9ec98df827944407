"""``facialis simulate-emg``: signals of electrodes with bursts, or responses to a stimulus, of known time and size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facialis.findings import Side

if TYPE_CHECKING:
    from facialis.emg.simulate import Simulated, Sweeps

_SWEEPS = "Sweeps (lateral_spread, blink)"


def command(
    kind: Annotated[
        str,
        typer.Argument(
            help="hemifacial_spasm, bilateral_hemifacial_spasm, blepharospasm, synkinesis, myokymia, functional, tic, "
            "blinks_only, voluntary, healthy, rest, hemimasticatory, regular_rhythm, train; or sweeps after a "
            "stimulus: lateral_spread, blink."
        ),
    ],
    out: Annotated[Path, typer.Option(help="The file to write, .edf or .csv; the truth goes to NAME.truth.json.")],
    seconds: Annotated[float, typer.Option(min=2, max=3600, help="Length.")] = 60.0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same signals.")] = 0,
    side: Annotated[
        Side,
        typer.Option(help="The patient's affected side: left or right; none makes the sweeps of a healthy person."),
    ] = Side.LEFT,
    snr_db: Annotated[float, typer.Option(min=-20, max=60, help="Strength of the bursts over the noise.")] = 15.0,
    noise_uv: Annotated[float | None, typer.Option(min=0.01, help="Noise, RMS.", show_default="3; 5 in sweeps")] = None,
    rate_hz: Annotated[
        float | None, typer.Option(min=200, max=100_000, help="Samples a second.", show_default="4000; 20000 in sweeps")
    ] = None,
    muscle: Annotated[
        list[str] | None, typer.Option(help="A muscle, recorded on both sides; once for each.", show_default="by kind")
    ] = None,
    confounder: Annotated[
        list[str] | None,
        typer.Option(
            help="What disturbs: mains50, mains60, ecg, pops, electrode_off, movement, chewing, cross_talk, clipping, "
            "gaps, noise_level, pink, tasks, sleep; once for each."
        ),
    ] = None,
    sweeps: Annotated[int, typer.Option(min=1, max=500, help="How many.", rich_help_panel=_SWEEPS)] = 15,
    stimulated: Annotated[
        str | None,
        typer.Option(help="As zygomatic_left.", show_default="on the affected side", rich_help_panel=_SWEEPS),
    ] = None,
    marks: Annotated[
        str, typer.Option(help="How an EDF marks the stimuli: stim, trigger or none.", rich_help_panel=_SWEEPS)
    ] = "stim",
    every_s: Annotated[
        float, typer.Option(min=0.05, max=60, help="From stimulus to stimulus in an EDF.", rich_help_panel=_SWEEPS)
    ] = 1.0,
) -> None:
    """Make a recording of electrodes whose bursts or responses are known, and write down the truth beside it."""
    from facialis.commands import CallError
    from facialis.emg import simulate

    _check(out, side, kind)
    try:
        made: Simulated | Sweeps
        if kind in simulate.SWEEP_KINDS:
            rate, noise = rate_hz or 20_000.0, noise_uv or 5.0
            made = simulate.sweeps(kind, seed, sweeps, rate, stimulated=stimulated, affected=side, noise_uv=noise)
            if out.suffix == ".edf":
                made = simulate.continuous(made, every_s=every_s, marks=marks, seed=seed)
        else:
            rate, noise, disturbing = rate_hz or 4000.0, noise_uv or 3.0, tuple(confounder or ())
            made = simulate.simulate(kind, seed, seconds, rate, side, snr_db, muscle or None, noise, disturbing)
        _write(out, made)
    except simulate.SimulationError as error:
        raise CallError(str(error)) from error
    typer.echo(_told(out, made))


def _check(out: Path, side: Side, kind: str) -> None:
    from facialis.commands import CallError
    from facialis.emg import simulate

    if out.suffix not in (".edf", ".csv") or not out.parent.is_dir():
        raise CallError(f"--out {out}: give a name ending in .edf or .csv in a folder that exists")
    if kind not in (*simulate.KINDS, *simulate.SWEEP_KINDS):
        raise CallError(f"no kind {kind!r}: give one of {', '.join((*simulate.KINDS, *simulate.SWEEP_KINDS))}")
    sides = (Side.LEFT, Side.RIGHT, Side.NONE) if kind in simulate.SWEEP_KINDS else (Side.LEFT, Side.RIGHT)
    if side not in sides:
        raise CallError(f"--side {side.value}: give {' or '.join(sides)}")


def _write(out: Path, made: Simulated | Sweeps) -> None:
    from facialis.emg import simulate

    if out.suffix == ".csv" or isinstance(made, simulate.Sweeps):
        simulate.write_csv(out, made)
    else:
        simulate.write_edf(out, made)
    simulate.write_montage(out, made)
    simulate.write_truth(out, made)


def _told(out: Path, made: Simulated | Sweeps) -> str:
    from facialis.emg import simulate

    beside = f"the truth is in {out.stem}.truth.json"
    if isinstance(made, simulate.Sweeps):
        names = ", ".join(f"{made.channels[one.channel].name} {one.name}" for one in made.truth.responses)
        size = f"{made.signals.shape[1]} sweeps of {len(made.channels)} channels"
        return f"{out}: {size}, {names or 'no response'}; {beside}"
    length = made.signals.shape[1] / made.rate_hz
    counts = f"{len(made.truth.bursts)} bursts" if made.truth.bursts else "no bursts"
    if "stimuli_s" in made.truth.settings:
        counts = f"{len(made.truth.settings['stimuli_s'])} stimuli"
    return f"{out}: {length:.1f} s of {len(made.channels)} channels, {counts}; {beside}"
