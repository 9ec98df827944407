"""Simulated recordings with known truth; shares no signal code with detection."""

from facialis.face.simulate.camera import Camera
from facialis.face.simulate.cases import Appearance, LipPulls, Lopsided, Squeezes, Synkinesis, Weakness
from facialis.face.simulate.clip import only_spasms, simulate_clip
from facialis.face.simulate.photo import simulate_photo
from facialis.face.simulate.scene import Person, simulate_head
from facialis.face.simulate.script import Plan
from facialis.face.simulate.truth import Event, Truth
from facialis.face.simulate.video import SimulationError, Video

__all__ = [
    "Appearance",
    "Camera",
    "Event",
    "LipPulls",
    "Lopsided",
    "Person",
    "Plan",
    "SimulationError",
    "Squeezes",
    "Synkinesis",
    "Truth",
    "Video",
    "Weakness",
    "only_spasms",
    "simulate_clip",
    "simulate_head",
    "simulate_photo",
]
