"""Following one person: found, lost behind a hand or out of the picture, found again; and who else is there."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from facialis.face.landmarks import PRESENT, Crop, Detection, Detector, FaceNets
from facialis.face.recording import Frame

_CENSUS_SECONDS = 1.0
_SEARCH_SECONDS = 0.5
_REMEMBER_SECONDS = 2.0


@dataclass(eq=False)
class Census:
    """Who was in the picture, looked up once a second.

    Attributes
    ----------
    looks : int
        How often was looked.
    followed : list of float
        Area of the followed face at each look that found it, square pixels.
    others : list of list of Crop
        Every other face, as a chain of the crops at which it was seen.
    """

    looks: int = 0
    followed: list[float] = field(default_factory=list)
    others: list[list[Crop]] = field(default_factory=list)

    def add(self, faces: list[Detection], followed: Crop | None) -> None:
        """Take one look: ``faces`` are all that the detector found."""
        self.looks += 1
        for face in faces:
            crop = face.crop()
            if followed and _same(crop, followed):
                self.followed.append(crop.size**2)
                continue
            chain = next((chain for chain in self.others if _same(chain[-1], crop)), None)
            if chain is None:
                self.others.append([crop])
            else:
                chain.append(crop)

    def larger(self) -> Crop | None:
        """Return where a larger, lasting face was first seen, if the followed one is not it."""
        here = sum(self.followed)
        best = max(self.others, key=lambda chain: sum(c.size**2 for c in chain), default=None)
        if best is None or len(best) < max(2, self.looks // 2):
            return None
        return best[0] if sum(c.size**2 for c in best) > 1.5 * here else None

    def company(self) -> int:
        """Return how many other faces were there for at least a fifth of the looks, two looks or more."""
        return sum(len(chain) >= max(2, self.looks / 5) for chain in self.others)


class Follower:
    """Finds the face at the end of each run of frames. One instance serves one recording."""

    def __init__(self, start: Crop | None = None) -> None:
        self.census = Census()
        self._detector = Detector()
        self._nets = FaceNets()
        self._last = start
        self._awaited = start
        self._lost_since: float | None = None
        self._searched = -np.inf
        self._counted = -np.inf

    def follow(self, frame: Frame) -> Crop | None:
        """Return the crop of the followed face on this frame, or ``None`` if it is not there."""
        crop = self._await(frame, self._awaited) if self._awaited else self._again(frame) or self._search(frame)
        if frame.time_s - self._counted >= _CENSUS_SECONDS:
            self._counted = frame.time_s
            self.census.add(self._detector.whole(frame), crop)
        if crop is not None:
            self._last, self._lost_since = crop, None
        elif self._lost_since is None:
            self._lost_since = frame.time_s
        return crop

    def _await(self, frame: Frame, start: Crop) -> Crop | None:
        """Look where a face is known to come, and take no other: it may not be there from the first frame on."""
        faces = [face for face in self._detector.near(frame, start) if _same(face.crop(), start)]
        crop = self._confirmed(frame, faces)
        if crop is not None:
            self._awaited = None
        return crop

    def _again(self, frame: Frame) -> Crop | None:
        """Look where the face was; beside it if it has just been lost."""
        if self._last is None:
            return None
        if self._lost_since is None:
            mesh = self._nets.mesh(frame, self._last)
            if mesh.score >= PRESENT and 0.5 < mesh.crop().size / self._last.size < 2:
                return mesh.crop()
        return self._confirmed(frame, self._detector.near(frame, self._last))

    def _search(self, frame: Frame) -> Crop | None:
        """Look everywhere, in tiles too, but not more than twice a second while nobody is there."""
        if frame.time_s - self._searched < _SEARCH_SECONDS:
            return None
        self._searched = frame.time_s
        faces = self._detector.whole(frame) or self._detector.search(frame)
        return self._confirmed(frame, faces)

    def _confirmed(self, frame: Frame, faces: list[Detection]) -> Crop | None:
        """Return the crop of the nearest of the like-sized faces (the largest for a start) once the mesh agrees."""
        known = self._last is not None and (
            self._lost_since is None or frame.time_s - self._lost_since < _REMEMBER_SECONDS
        )
        if known and self._last is not None:
            last = self._last
            faces = [face for face in faces if _alike(face.crop(), last)]
            faces = sorted(faces, key=lambda f: float(np.hypot(f.centre[0] - last.x, f.centre[1] - last.y)))
        else:
            faces = sorted(faces, key=lambda f: -float(f.size.max()))
        for face in faces:
            mesh = self._nets.mesh(frame, face.crop())
            if mesh.score >= PRESENT:
                refined = self._nets.mesh(frame, mesh.crop())
                return (refined if refined.score >= PRESENT else mesh).crop()
        return None


def _same(first: Crop, second: Crop) -> bool:
    """Say whether two crops show the same face: centres within half a crop, sizes within a factor of two."""
    near = np.hypot(first.x - second.x, first.y - second.y) < 0.5 * max(first.size, second.size)
    return bool(near and _alike(first, second))


def _alike(first: Crop, second: Crop) -> bool:
    """Say whether two crops are of like size, within a factor of two."""
    return 0.5 < first.size / max(second.size, 1e-6) < 2
