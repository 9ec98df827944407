"""What electrodes record: bursts, their discharges and their synchrony; lateral spread response and blink reflex."""

from __future__ import annotations
