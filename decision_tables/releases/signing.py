"""The keys that sign the ledger (Ed25519), kept in a folder outside the database.

signing.key      the private key, PEM, readable by its owner only; whoever changes the store needs it
next.key         the key that is just replacing it, for the moment in between
retired/*.key    earlier keys, for a backup from their time
trusted/*.pub    the public halves of the present key and of earlier ones; enough to verify with
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import pathlib
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from decision_tables.releases.entry import Entry, EntryKind
from decision_tables.releases.errors import ReleaseReason, StoreFailure

SIGNING_KEY = "signing.key"
NEXT_KEY = "next.key"
RETIRED = "retired"
TRUSTED = "trusted"
_PREFIX = b"decision-tables ledger/1\n"
"""What every signed text begins with, so that a signature means nothing elsewhere."""


@dataclasses.dataclass(frozen=True)
class Signer:
    """A private key with the name of its public one."""

    key: Ed25519PrivateKey
    id: str

    def sign(self, entry_hash: str) -> bytes:
        """The signature that vouches for an entry and all before it."""
        return self.key.sign(_PREFIX + entry_hash.encode())

    @property
    def public_key(self) -> str:
        """The public key as hex."""
        return _raw(self.key.public_key()).hex()


def key_after(entry: Entry) -> str:
    """The name of the key that has to sign what follows an entry."""
    if entry.kind is not EntryKind.KEY_CHANGED:
        return entry.key
    return hashlib.sha256(bytes.fromhex(entry.data["public_key"])).hexdigest()[:16]


def key_id(public_key: Ed25519PublicKey) -> str:
    """A short name of a public key."""
    return hashlib.sha256(_raw(public_key)).hexdigest()[:16]


def _raw(public_key: Ed25519PublicKey) -> bytes:
    return public_key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


@dataclasses.dataclass(frozen=True)
class Trust:
    """The public keys whose signatures count, by their names."""

    keys: Mapping[str, Ed25519PublicKey]

    def vouches(self, key: str, entry_hash: str, signature: bytes) -> bool:
        """Whether a trusted key of that name has signed the hash."""
        public_key = self.keys.get(key)
        if public_key is None:
            return False
        try:
            public_key.verify(signature, _PREFIX + entry_hash.encode())
        except InvalidSignature:
            return False
        return True

    def with_key(self, public_key: str) -> Trust:
        """Trust in one more key, given as hex. Raises ``ValueError`` if it is none."""
        added = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        return Trust({**self.keys, key_id(added): added})


def signer_of(key: Ed25519PrivateKey) -> Signer:
    """A private key as a signer."""
    return Signer(key, key_id(key.public_key()))


class KeyFolder:
    """The folder of keys."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path

    def make_key(self) -> Signer:
        """The signing key; a new one if there is none yet. An existing key is never replaced."""
        if not (self.path / SIGNING_KEY).exists():
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._write(SIGNING_KEY, Ed25519PrivateKey.generate())
            self.keep_public(self.signer())
        return self.signer()

    def signer(self) -> Signer:
        """The signing key. Raises ``StoreFailure`` if it is absent or unusable."""
        return self._signer(SIGNING_KEY)

    def signer_for(self, key: str) -> Signer:
        """The signing key if it has that name; else the one that is to replace it, which then does; else an old one.

        An old key signs only after a backup from its time was restored. Where none has the name, it is the signing key.
        """
        signer = self.signer()
        if signer.id != key and (self.path / NEXT_KEY).exists() and self._signer(NEXT_KEY).id == key:
            self.take_next_key()
            return self.signer()
        retired = f"{RETIRED}/{key}.key"
        return self._signer(retired) if signer.id != key and (self.path / retired).exists() else signer

    def _signer(self, name: str) -> Signer:
        path = self.path / name
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), None)
        except FileNotFoundError as error:
            raise StoreFailure(ReleaseReason.KEY_MISSING, path=path) from error
        except (OSError, ValueError, TypeError) as error:
            raise StoreFailure(ReleaseReason.KEY_UNUSABLE, path=path, why=error) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise StoreFailure(ReleaseReason.KEY_UNUSABLE, path=path, why="no Ed25519")
        return signer_of(key)

    def trust(self) -> Trust:
        """The keys whose signatures count: the signing key's own and those in ``trusted``."""
        keys = [self._public(path) for path in sorted((self.path / TRUSTED).glob("*.pub"))]
        if (self.path / SIGNING_KEY).exists():
            keys.append(self.signer().key.public_key())
        if not keys:
            raise StoreFailure(ReleaseReason.KEY_MISSING, path=self.path / SIGNING_KEY)
        return Trust({key_id(key): key for key in keys})

    def make_next_key(self) -> Signer:
        """A new key that is to replace the signing key; it is on the disk before anything says so."""
        self._write(NEXT_KEY, Ed25519PrivateKey.generate())
        return self._signer(NEXT_KEY)

    def take_next_key(self) -> None:
        """Sign with the next key from now on; the public half of the old one stays among the trusted ones."""
        self.keep_public(self.signer())
        self.keep_public(self._signer(NEXT_KEY))
        (self.path / RETIRED).mkdir(exist_ok=True, mode=0o700)
        self._write(f"{RETIRED}/{self.signer().id}.key", self.signer().key)
        os.replace(self.path / NEXT_KEY, self.path / SIGNING_KEY)

    def keep_public(self, signer: Signer) -> pathlib.Path:
        """Write the public half of a key among the trusted ones."""
        folder = self.path / TRUSTED
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{signer.id}.pub"
        path.write_bytes(
            signer.key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        return path

    def _public(self, path: pathlib.Path) -> Ed25519PublicKey:
        try:
            key = serialization.load_pem_public_key(path.read_bytes())
        except (OSError, ValueError) as error:
            raise StoreFailure(ReleaseReason.KEY_UNUSABLE, path=path, why=error) from error
        if not isinstance(key, Ed25519PublicKey):
            raise StoreFailure(ReleaseReason.KEY_UNUSABLE, path=path, why="no Ed25519")
        return key

    def _write(self, name: str, key: Ed25519PrivateKey) -> None:
        content = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        beside = self.path / f"{name}.{os.getpid()}"
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self.path / name)
