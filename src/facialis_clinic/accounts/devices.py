"""What a browser says of itself, in a few words that its owner knows it by."""

from __future__ import annotations

from typing import Final

BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
MACHINES: Final = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "an Android device"),
    ("Windows", "Windows"),
    ("Mac OS X", "a Mac"),
    ("CrOS", "a Chromebook"),
    ("Linux", "Linux"),
)


def name(user_agent: str) -> str:
    """Return for example "Firefox on Windows"; a browser that says nothing known is "a browser"."""
    browser = next((said for mark, said in BROWSERS if mark in user_agent), "A browser")
    machine = next((said for mark, said in MACHINES if mark in user_agent), "")
    return f"{browser} on {machine}" if machine else browser
