"""The version, apart from the package itself: a room may state it without reaching every other room through it."""

__version__ = "0.1.0"
