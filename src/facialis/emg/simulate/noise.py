"""The noise of electrodes and amplifier."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq

_CORNER_HZ = 15.0  # below it the 1/f part outweighs the white one
_LOWEST_HZ = 2.0  # the amplifier's own high pass


def noise(
    rng: np.random.Generator, count: int, rate_hz: float, rms_uv: float, *, corner_hz: float = _CORNER_HZ
) -> npt.NDArray[np.float32]:
    """Draw white noise with a mild 1/f part; its root mean square over the whole is exactly ``rms_uv``."""
    size = next_fast_len(count, real=True)
    spectrum = rfft(rng.standard_normal(size, np.float32))
    hertz = np.maximum(rfftfreq(size, 1 / rate_hz), 0.01)
    gain = np.sqrt(1 + corner_hz / hertz) / np.sqrt(1 + (_LOWEST_HZ / hertz) ** 4)
    drawn = irfft(spectrum * gain.astype(np.float32), size)[:count]
    drawn *= rms_uv / max(float(np.sqrt(np.mean(drawn.astype(np.float64) ** 2))), 1e-12)
    return drawn.astype(np.float32)
