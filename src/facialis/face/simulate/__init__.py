"""Simulated recordings with known truth; shares no signal code with detection."""

from facialis.face.simulate.camera import Camera
from facialis.face.simulate.photo import SimulationError, Video, simulate_photo
from facialis.face.simulate.script import Plan
from facialis.face.simulate.truth import Event, Truth

__all__ = ["Camera", "Event", "Plan", "SimulationError", "Truth", "Video", "simulate_photo"]
