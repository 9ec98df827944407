"""Signals of electrodes with known truth; shares no code with detection."""
