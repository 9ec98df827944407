"""Who is in a demonstration and how they sign in. Everybody is invented; their second factors are real.

Nothing of Django is needed to know it, so whoever looks at a running site from outside can ask here.
"""

from __future__ import annotations

import base64
import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from facialis_clinic.demo.stories import stories

SECRET = "KRUGS4ZANFZSA2LOOZSW45DFMQQGM33S"  # noqa: S105 - printed, as the password is
PASSWORD = "seven invented people twitch"  # noqa: S105 - printed at the start; nobody real signs in by it
SITE = "demo.example"
STAFF = {
    "eve": ("neurologist", "Eve Example"),
    "nora": ("nurse", "Nora Example"),
    "dana": ("front_desk", "Dana Example"),
    "adam": ("administrator", "Adam Example"),
}
PROXY = ("bob", "Bob Example")
PATIENT = "alice"
"""The patient for whom the proxy acts, and who stands for all of them where one sign-in a role is named."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """How one of them signs in."""

    role: str
    email: str
    password: str
    secret: str | None

    def code(self, at: float) -> str | None:
        """Return what their authenticator app shows at a moment (seconds since 1970); None without one."""
        return totp_code(self.secret, at) if self.secret else None


def sign_ins() -> list[SignIn]:
    """Return how everybody signs in, one for each role."""
    patient = SignIn("patient", f"{PATIENT}@{SITE}", PASSWORD, None)
    proxy = SignIn("proxy", f"{PROXY[0]}@{SITE}", PASSWORD, None)
    return [patient, proxy] + [SignIn(role, f"{who}@{SITE}", PASSWORD, SECRET) for who, (role, _) in STAFF.items()]


def lines() -> Iterator[str]:
    """Yield what is printed."""
    for one in sign_ins():
        yield f"{one.role.replace('_', ' '):<14} {one.email:<22} {one.password}"
    yield f"Staff are asked for a code too. Secret for an authenticator app: {SECRET}"
    yield "The others, by the same password:"
    for story in stories().stories:
        if story.key != PATIENT:
            who = (story.parent.partition(":")[0] or story.key) + f"@{SITE}"
            yield f"  {who:<22} {story.where}"


def totp_code(secret: str, at: float) -> str:
    """Return the code of an authenticator app (RFC 6238: SHA-1, six digits, thirty seconds).

    Parameters
    ----------
    secret : str
        Base 32.
    at : float
        Seconds since 1970.
    """
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(at) // 30), "sha1")
    offset = digest[-1] & 15
    number: int = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"
