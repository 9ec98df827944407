"""How the figures of discharges and patterns are laid out."""

from __future__ import annotations

from benchmarks.layout import Figures, percent, table


def emg_patterns(f: Figures) -> list[str]:
    """Rates, trains where there are none, and patterns by kind."""
    codes, count = list(f["kinds"][0]["present"]), f["kinds"][0]["recordings"]
    nothing = [(name, str(number)) for name, number in f["nothing"].items()]
    return [
        "Simulated recordings, seeds that nothing was tuned on. A rate is given where it can be told; asked: an error "
        "of at most 5 % for trains of 150 to 350 a second at 4 kHz and 10 dB, and none where there is no train.",
        "",
        *table(
            ("trains", "bursts", "rate given", "error, median", "95th percentile", "interval holds it"),
            [
                (name, str(one["bursts"]), percent(one["read"], 0), _share(one["median"]), _share(one["p95"]),
                 percent(one["holds"], 0))
                for name, one in f["rates"].items()
            ],
        ),
        "",
        *table(("where there is no train", "bursts with a rate of 150 to 400"), nothing),
        "",
        f"Findings that are present, of {count} recordings of {f['minutes']} minutes each, 12 dB:",
        "",
        *table(
            ("kind", *(code.removeprefix("emg_").replace("_", " ") for code in codes), "pattern named"),
            [
                (one["kind"], *(str(one["present"][code] or "") for code in codes),
                 ", ".join(f"{name} {number}" for name, number in one["named"].items()))
                for one in f["kinds"]
            ],
        ),
    ]  # fmt: skip


def _share(part: Figures | None) -> str:
    return "-" if part is None else f"{percent(part['value'])} ({percent(part['low'])} to {percent(part['high'])})"
