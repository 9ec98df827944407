"""What can make a recording hard to read: weakness, synkinesis, blepharospasm, acts at will, looks."""

from __future__ import annotations

from dataclasses import dataclass

from facialis.findings import Side

_ONE = (Side.LEFT, Side.RIGHT)


@dataclass(frozen=True, slots=True)
class Weakness:
    """One side does only ``1 - share`` of every voluntary movement and of every blink."""

    side: Side = Side.RIGHT
    share: float = 0.5

    def __post_init__(self) -> None:
        if self.side not in _ONE or not 0 < self.share <= 1:
            raise ValueError(
                f"weakness of {self.share:g} on the side {self.side.value}: give a share up to 1, one side"
            )


@dataclass(frozen=True, slots=True)
class Synkinesis:
    """The lower face of one side pulls along with the blinks of that eye.

    Attributes
    ----------
    amplitude : (float, float)
        Of its pull with a whole blink, IOD.
    lag_s : (float, float)
        From the start of the lid's way to the start of the pull.
    chance : float
        Share of blinks that it follows.
    """

    side: Side = Side.LEFT
    amplitude: tuple[float, float] = (0.02, 0.08)
    lag_s: tuple[float, float] = (0.01, 0.06)
    chance: float = 0.95

    def __post_init__(self) -> None:
        if self.side not in _ONE:
            raise ValueError("synkinesis is on the left or on the right")


@dataclass(frozen=True, slots=True)
class Squeezes:
    """The lids of both eyes squeeze shut (blepharospasm).

    Attributes
    ----------
    per_min : float
        Squeezes a minute.
    amplitude : (float, float)
        How far the skin round the eyes is drawn in, IOD.
    length_s : (float, float)
    clustered, tremulous, with_brows : float
        Shares: of the squeezes that come in runs of two to four, that tremble, that draw the brows down.
    """

    per_min: float = 8.0
    amplitude: tuple[float, float] = (0.015, 0.05)
    length_s: tuple[float, float] = (0.5, 3.0)
    clustered: float = 0.4
    tremulous: float = 0.3
    with_brows: float = 0.5


@dataclass(frozen=True, slots=True)
class Lopsided:
    """One side does ``share`` of what the other does in speech and smiles, and leads or lags by up to ``lag_s``."""

    side: Side = Side.RIGHT
    share: tuple[float, float] = (0.4, 0.9)
    lag_s: float = 0.06


@dataclass(frozen=True, slots=True)
class LipPulls:
    """One corner of the mouth is drawn down and aside, slowly, and held (a functional lip pull)."""

    per_min: float = 3.0
    side: Side = Side.LEFT
    amplitude: tuple[float, float] = (0.04, 0.11)
    hold_s: tuple[float, float] = (2.0, 15.0)

    def __post_init__(self) -> None:
        if self.side not in _ONE:
            raise ValueError("a lip is pulled to the left or to the right")


@dataclass(frozen=True, slots=True)
class Appearance:
    """What the person looks like and what stands between the face and the camera; not for real recordings.

    Attributes
    ----------
    tone : float or None
        Skin, 0 the lightest, 1 the darkest; None leaves it.
    glasses : float
        0 is none; above, how strong their reflections are, to 1.
    beard : float
        0 is shaven, 1 a full beard.
    wrinkles : float
        0 is smooth, 1 a face of eighty: folds that deepen as the muscles across them pull.
    hands_per_min : float
        How often a hand comes up to the cheek or the chin and stays for a while.
    shadow_edge : float
        How dark the shadow is whose hard edge wanders over the face, 0 to 1.
    """

    tone: float | None = None
    glasses: float = 0.0
    beard: float = 0.0
    wrinkles: float = 0.0
    hands_per_min: float = 0.0
    shadow_edge: float = 0.0

    def __post_init__(self) -> None:
        shares = (self.tone or 0.0, self.glasses, self.beard, self.wrinkles, self.shadow_edge)
        if not all(0 <= share <= 1 for share in shares) or self.hands_per_min < 0:
            raise ValueError("tone, glasses, beard, wrinkles and shadow edge lie between 0 and 1, hands not below 0")

    @property
    def covers(self) -> bool:
        """Whether anything comes between the face and the camera."""
        return bool(self.glasses or self.hands_per_min or self.shadow_edge)
