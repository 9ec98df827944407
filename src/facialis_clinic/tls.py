"""The certificate and its key, as the web server wants them."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

from facialis.commands import CallError


def check(certificate: Path, key: Path) -> None:
    """Say in one line what is wrong with a certificate or its key."""
    for option, path in (("--tls-cert", certificate), ("--tls-key", key)):
        if not path.is_file():
            raise CallError(f"{option} {path}: there is no such file")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=_no_password)
    except (ssl.SSLError, ValueError, OSError) as error:
        raise CallError(
            f"--tls-cert {certificate}, --tls-key {key}: they do not go together or cannot be read ({_why(error)}); "
            "give the certificate with its chain and its own key, both PEM, the key without a password"
        ) from error


def pair(home: Path, certificate: Path, key: Path) -> tuple[Path, Path]:
    """Return the two files that the web server takes: the key as PKCS#8, rewritten in the home where it is not."""
    return certificate, _as_pkcs8(home, key)


def _no_password() -> bytes:
    raise ValueError("the key asks for a password")


def _why(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error).replace("_", " ").lower()


def _as_pkcs8(home: Path, key: Path) -> Path:
    from cryptography.hazmat.primitives import serialization

    told = key.read_bytes()
    if b"BEGIN PRIVATE KEY" in told:
        return key
    own = serialization.load_pem_private_key(told, password=None)
    text = own.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    kept = home / "secrets" / "tls.key"
    kept.unlink(missing_ok=True)
    with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text)
    return kept
