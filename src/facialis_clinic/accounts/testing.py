"""For tests: a browser in which somebody is signed in, and the codes that a telephone would show."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from facialis_clinic.accounts.limits import METHODS, METHODS_OF, begin
from facialis_clinic.accounts.models import User

SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - of tests alone
BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
STEP: Final = 30


def totp_code(secret: str, at: float) -> str:
    """Return the code of an authenticator app at a moment (seconds since 1970)."""
    return str(format_hotp_value(hotp_value(secret, int(at) // STEP)))


def give_totp(user: User, secret: str = SECRET) -> str:
    """Give somebody an authenticator app and recovery codes, unless they have them, and return its secret."""
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if app is None:
        TOTP.activate(user, secret)
        RecoveryCodes.activate(user)
        return secret
    return str(decrypt(app.data["secret"]))


def give_key(user: User, name: str = "telephone") -> Authenticator:
    """Give somebody a security key as a browser would have registered it; nobody holds its other half."""
    made = ec.generate_private_key(ec.SECP256R1()).public_key()
    public = ES256.from_cryptography_key(made)  # type: ignore[no-untyped-call]
    held = AttestedCredentialData.create(Aaguid.NONE, secrets.token_bytes(32), public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(hashlib.sha256(b"localhost").digest(), flags, 0, held)
    told = CollectedClientData.create(CollectedClientData.TYPE.CREATE, secrets.token_bytes(16), "http://localhost")
    answer = {
        "clientDataJSON": websafe_encode(bytes(told)),
        "attestationObject": websafe_encode(bytes(AttestationObject.create("none", data, {}))),
    }
    id = websafe_encode(held.credential_id)
    credential = {"type": "public-key", "id": id, "rawId": id, "response": answer, "clientExtensionResults": {}}
    key: Authenticator = WebAuthn.add(user, name, credential).instance
    return key


def sign_in(client: Client, user: User, *, at: float | None = None) -> None:
    """Sign somebody in with every factor that is asked of them, as the site's own pages leave the session."""
    at = time.time() if at is None else at
    told: list[dict[str, object]] = [{"method": "password", "at": at, "email": user.email}]
    if user.is_staff_member:
        give_totp(user)
        app = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
        told.append({"method": "mfa", "at": at, "id": app.pk, "type": "totp"})
    client.force_login(user, backend=BACKEND)
    session = client.session
    session[METHODS], session[METHODS_OF] = told, str(user.pk)
    begin(session, at)
    session.save()
    UserSession.objects.update_or_create(
        session_key=session.session_key, defaults={"user": user, "ip": "127.0.0.1", "user_agent": "a test"}
    )
