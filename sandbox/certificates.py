"""TLS for the server: a certificate that somebody has, or one of a local authority that is made once."""

from __future__ import annotations

import os
import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sandbox.clock import system_time

if TYPE_CHECKING:
    from trustme import CA

ORGANIZATION = "4me SCIM sandbox"
FOLDER = "tls"
"""Where the local authority is, in the state."""
AUTHORITY = "ca.pem"
"""Its certificate, for clients to trust."""
AUTHORITY_KEY = "ca-key.pem"
"""Its key, for the owner alone."""
NAMES = ("localhost", "127.0.0.1", "::1")
"""What a certificate of the local authority is good for, beside the host that is served at."""
EVERYWHERE = ("0.0.0.0", "::")
"""Hosts that are no address of anything."""
VALID_DAYS = 397
"""How long a certificate is good that is made at each start; some systems refuse any that is good for longer."""


class CertificateError(Exception):
    """TLS that cannot be spoken; the sentence says why, and what would help."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """What the server shows, and what its clients are to trust."""

    context: ssl.SSLContext
    trusted: Path
    """A file of certificates: of the local authority, or the one that was given."""
    is_local: bool
    """Whether the local authority made the certificate."""


def read_certificate(cert: Path, key: Path | None) -> Certificates:
    """Return the certificate in *cert*, whose key is in *key*, or in the same file.

    Raises:
        CertificateError: when they cannot be read, or do not belong together.
    """
    context = _context()
    for flag, path in (("--cert", cert), ("--key", key)):
        if path is not None and not path.is_file():
            raise CertificateError(f"{flag}: there is no file {path}")
    try:
        context.load_cert_chain(cert, key, password=_no_password)
    except (OSError, ValueError) as error:
        raise CertificateError(f"--cert and --key: {_why(error, cert, key)}") from error
    return Certificates(context, cert, is_local=False)


@contextmanager
def local_certificates(state: Path | None, host: str) -> Iterator[Certificates]:
    """Yield a certificate for this machine and *host*, of the authority that *state* keeps, and which is made once.

    Without a state the authority is as short-lived as the sandbox.

    Raises:
        CertificateError: when what makes certificates is not installed, or what is kept cannot be used.
    """
    with nullcontext(state) if state is not None else TemporaryDirectory(prefix="scim-sandbox-") as place:
        folder = Path(place) / FOLDER
        try:
            context = _issued(_authority(folder), host)
        except OSError as error:
            raise CertificateError(f"--tls: {folder} cannot be used for certificates: {error.strerror}") from error
        yield Certificates(context, folder / AUTHORITY, is_local=True)


def _authority(folder: Path) -> CA:
    """Return the authority that *folder* keeps; make it when there is none."""
    try:
        from trustme import CA  # noqa: PLC0415 - an extra, which need not be installed
    except ImportError as error:
        raise CertificateError(
            "--tls makes certificates with trustme, which the extra tls brings and which is not installed: "
            "pip install trustme, or give a certificate with --cert and --key"
        ) from error
    certificate, key = folder / AUTHORITY, folder / AUTHORITY_KEY
    try:
        return CA.from_pem(certificate.read_bytes(), key.read_bytes())
    except FileNotFoundError:
        authority = CA(organization_name=ORGANIZATION, organization_unit_name="local authority")
    except ValueError as error:
        raise CertificateError(
            f"--tls: {folder} holds no certificate and key that can be used; delete that folder, and a new one is made"
        ) from error
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(key, authority.private_key_pem.bytes())
    _write(certificate, authority.cert_pem.bytes())
    return authority


def _issued(authority: CA, host: str) -> ssl.SSLContext:
    """Return a context with a certificate that *authority* issues now."""
    names = [*NAMES, *([] if host in (*NAMES, *EVERYWHERE) else [host])]
    now = system_time()
    begin, end = now - timedelta(days=1), now + timedelta(days=VALID_DAYS - 1)
    try:
        leaf = authority.issue_cert(
            *names,
            common_name=names[0],
            organization_name=ORGANIZATION,
            organization_unit_name="sandbox",
            not_before=begin,
            not_after=end,
        )
    except ValueError as error:
        raise CertificateError(f"--tls: no certificate can be made for the host {host}: {error}") from error
    context = _context()
    leaf.configure_cert(context)
    return context


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _write(path: Path, content: bytes) -> None:
    """Write a file whole, for the owner alone."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    temporary.replace(path)


def _no_password() -> str:
    raise ValueError("the key is encrypted; give one that is not")


def _why(error: Exception, cert: Path, key: Path | None) -> str:
    """Return why a certificate cannot be used, in words."""
    reason = getattr(error, "reason", None) or ""
    if "KEY_VALUES_MISMATCH" in reason:
        return f"the key in {key or cert} is not that of the certificate in {cert}"
    if isinstance(error, ssl.SSLError):
        return f"{cert}{f' and {key}' if key else ''} cannot be read as a certificate and its key, in PEM"
    return str(getattr(error, "strerror", None) or error)
