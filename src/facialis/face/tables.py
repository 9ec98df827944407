"""Events and signals as CSV: what opens in any spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np

from facialis.face.events import Event
from facialis.face.signals import REGIONS, SIDES, Signals

EVENT_COLUMNS = (
    *("kind", "side", "onset_s", "apex_s", "offset_s", "duration_s", "amplitude_iod", "regions", "form"),
    *("probability", "why"),
)


def events_csv(events: Sequence[Event]) -> bytes:
    """Return a row an event, UTF-8; several regions or reasons in one cell are parted by ``; ``."""
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, EVENT_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for event in events:
        row = event.to_json()
        row["duration_s"] = round(event.offset_s - event.onset_s, 4)
        row["regions"], row["why"] = "; ".join(event.regions), "; ".join(event.why)
        writer.writerow(row)
    return sheet.getvalue().encode()


def signals_csv(signals: Signals) -> bytes:
    """Return a row a frame, UTF-8: time, whether it counts, and every signal; unknown numbers are empty.

    Columns: ``time_s``; ``usable`` (0 or 1); ``REGION_SIDE``, displacement along the pull; ``REGION_SIDE_x`` and
    ``_y`` its components (towards that side's ear, towards the chin), inter-ocular distances; ``lid_SIDE`` closure,
    inter-ocular distances; ``aperture_SIDE`` opening from 0 to 1; ``head_speed`` in inter-ocular distances a second;
    ``iod_px``.
    """
    columns: dict[str, np.ndarray] = {"time_s": signals.time_s, "usable": signals.usable.astype(int)}
    for region in REGIONS:
        for side in SIDES:
            columns[f"{region}_{side}"] = signals.pull[region, side]
            columns[f"{region}_{side}_x"] = signals.shift[region, side][:, 0]
            columns[f"{region}_{side}_y"] = signals.shift[region, side][:, 1]
    for side in SIDES:
        columns[f"lid_{side}"] = signals.closure[side]
        columns[f"aperture_{side}"] = signals.aperture[side]
    columns |= {"head_speed": signals.head_speed, "iod_px": signals.iod_px}
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow(["" if value != value else f"{value:.6g}" for value in row])
    return sheet.getvalue().encode()
