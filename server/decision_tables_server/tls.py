"""Certificate files → gRPC's credentials, taken up again whenever the files change.

Every handshake looks at the files. A certificate whose key does not belong to it, as while both are being exchanged,
or a file that cannot be read, leaves in force what was good last.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import pathlib
import threading
from typing import TypeAlias

import grpc
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from decision_tables.text import Bilingual
from decision_tables_server.settings import Settings

Stamp: TypeAlias = tuple[tuple[int, int, int], ...]
_log = logging.getLogger(__name__)


class UnusableCertificate(Exception):
    """The files are no certificate to serve with; ``reason`` says which and why."""

    def __init__(self, path: pathlib.Path, zh: str, en: str) -> None:
        super().__init__(f"{path}: {en}")
        self.reason = Bilingual(f"{path}：{zh}", f"{path}: {en}")


@dataclasses.dataclass(frozen=True, slots=True)
class TlsFiles:
    """The server's certificate with its chain, its key, and the authorities of callers' certificates, if needed."""

    certificate: pathlib.Path
    key: pathlib.Path
    client_authorities: pathlib.Path | None = None

    def stamp(self) -> Stamp:
        """What shows that a file has changed. Raises OSError."""
        paths = [self.certificate, self.key, *([self.client_authorities] if self.client_authorities else [])]
        stats = [path.stat() for path in paths]
        return tuple((stat.st_mtime_ns, stat.st_ino, stat.st_size) for stat in stats)


@dataclasses.dataclass(frozen=True, slots=True)
class TlsContent:
    """The files as read, found to fit together."""

    certificate: bytes
    key: bytes
    client_authorities: bytes | None
    expires: dt.datetime

    def configuration(self) -> grpc.ServerCertificateConfiguration:
        """As gRPC takes it."""
        return grpc.ssl_server_certificate_configuration([(self.key, self.certificate)], self.client_authorities)


def tls_files_of(settings: Settings) -> TlsFiles | None:
    """The files that the settings name; None for plain text."""
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    return TlsFiles(settings.tls_certificate, settings.tls_key, settings.tls_client_ca)


def read_tls(files: TlsFiles) -> TlsContent:
    """The files as they are now. Raises UnusableCertificate."""
    certificate, key = _bytes(files.certificate), _bytes(files.key)
    leaf = _certificates(files.certificate, certificate)[0]
    try:
        public_key = load_pem_private_key(key, password=None).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UnusableCertificate(
            files.key, "不是没有口令的 PEM 私钥", "is no private key in PEM without a password"
        ) from None
    if public_key != leaf.public_key():
        raise UnusableCertificate(
            files.key, f"不是 {files.certificate} 的私钥", f"is not the key of {files.certificate}"
        )
    return TlsContent(certificate, key, _authorities(files.client_authorities), leaf.not_valid_after_utc)


def server_credentials(files: TlsFiles) -> grpc.ServerCredentials:
    """Credentials that follow the files. Raises UnusableCertificate if they cannot be used now."""
    follower = _Follower(files)
    return grpc.dynamic_ssl_server_credentials(
        follower.content.configuration(),
        follower.changed,  # type: ignore[arg-type]  # None, as gRPC documents it, is missing in the stubs
        files.client_authorities is not None,
    )


class _Follower:
    """Gives what has changed since the last handshake."""

    def __init__(self, files: TlsFiles) -> None:
        self._files = files
        self._lock = threading.Lock()
        self._stamp = _stamp(files)
        self.content = read_tls(files)
        _tell(self.content)

    def changed(self) -> grpc.ServerCertificateConfiguration | None:
        """The new configuration; None if nothing has changed or what is new cannot be used. Never raises."""
        with self._lock:
            stamp = _stamp(self._files)
            if stamp is None or stamp == self._stamp:
                return None
            self._stamp = stamp
            return self._taken_up()

    def _taken_up(self) -> grpc.ServerCertificateConfiguration | None:
        try:
            content = read_tls(self._files)
        except UnusableCertificate as error:
            _log.error("the certificate in force stays: %s", error)
            return None
        if content == self.content:
            return None
        self.content = content
        _tell(content)
        return content.configuration()


def _tell(content: TlsContent) -> None:
    if content.expires <= dt.datetime.now(dt.UTC):
        _log.error("the certificate has expired on %s; callers will not connect", content.expires.date())
    else:
        _log.info("serving with the certificate that is valid until %s", content.expires.date())


def _stamp(files: TlsFiles) -> Stamp | None:
    try:
        return files.stamp()
    except OSError:
        return None


def _bytes(path: pathlib.Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnusableCertificate(path, f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}") from None


def _certificates(path: pathlib.Path, content: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(content)
    except ValueError:
        raise UnusableCertificate(path, "里面没有 PEM 证书", "has no certificate in PEM") from None


def _authorities(path: pathlib.Path | None) -> bytes | None:
    if path is None:
        return None
    content = _bytes(path)
    _certificates(path, content)
    return content
