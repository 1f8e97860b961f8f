"""Certificate files → the encryption of the HTTP port, taken up again when the files change."""

from __future__ import annotations

import logging
import ssl

from decision_tables_server.following import Followed
from decision_tables_server.tls import TlsFiles, UnusableCertificate, read_tls

_log = logging.getLogger(__name__)


class Encryption:
    """A TLS context whose certificate follows its files.

    Where callers need a certificate, further authorities are taken up too; one that was removed counts until the
    server is started again.
    """

    def __init__(self, files: TlsFiles) -> None:
        self._files = files
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        if files.client_authorities is not None:
            self.context.verify_mode = ssl.CERT_REQUIRED
        self._load()

    @property
    def followed(self) -> list[Followed]:
        """The files to look at."""
        return [Followed(self._again, self._files.certificate), Followed(self._again, self._files.key)]

    def _load(self) -> None:
        read_tls(self._files)  # says in our own words what is wrong
        self.context.load_cert_chain(self._files.certificate, self._files.key)
        if self._files.client_authorities is not None:
            self.context.load_verify_locations(self._files.client_authorities)

    def _again(self) -> None:
        try:
            self._load()
        except (UnusableCertificate, OSError) as error:  # while both files are being exchanged they do not fit
            _log.error("over HTTP the certificate in force stays: %s", error)
