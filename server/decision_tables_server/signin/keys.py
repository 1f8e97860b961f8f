"""A JSON Web Key Set → the public keys by which tokens are verified."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any, Final

import jwt

from decision_tables.text import Bilingual

MAX_BYTES: Final = 1024 * 1024
MAX_KEYS: Final = 100
MIN_RSA_BITS: Final = 2048

FITTING: Final = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), ("RSA", "")),
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "EdDSA": ("OKP", "Ed25519"),
}
"""The algorithms that can be allowed, each with the one type of key, and curve, that it is used with.

None has a shared secret: whoever may verify a token could make one. ``none`` has no signature at all.
"""


class UnusableKeys(Exception):
    """What was read is no set of keys that can be used; ``reason`` says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Bilingual(zh, en)


@dataclasses.dataclass(frozen=True, slots=True)
class VerifyingKey:
    """One public key, and what it may be used for."""

    kid: str | None
    type: str
    curve: str
    algorithm: str | None
    key: Any

    def fits(self, algorithm: str) -> bool:
        """Whether a token of that algorithm can be verified with it."""
        named = self.algorithm in (None, algorithm)
        return named and FITTING.get(algorithm) == (self.type, self.curve)


@dataclasses.dataclass(frozen=True, slots=True)
class KeySet:
    """The keys of an issuer at one time."""

    keys: tuple[VerifyingKey, ...] = ()

    def has(self, kid: str) -> bool:
        """Whether there is a key of that name."""
        return any(key.kid == kid for key in self.keys)

    def find(self, kid: str | None, algorithm: str) -> VerifyingKey | None:
        """The key that a token names; one that names none is verified only where there is a single key that fits."""
        fitting = [key for key in self.keys if key.fits(algorithm) and kid in (None, key.kid)]
        return fitting[0] if len(fitting) == 1 else None


def parse_keys(content: bytes) -> KeySet:
    """The keys in a JWKS; keys for other purposes are passed over. Raises UnusableKeys."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise UnusableKeys("JWKS 不是 JSON", "the JWKS is no JSON") from None
    listed = data.get("keys") if isinstance(data, dict) else None
    if not isinstance(listed, list) or len(listed) > MAX_KEYS:
        raise UnusableKeys(
            f"JWKS 没有 keys 列表，或多于 {MAX_KEYS} 个", f"the JWKS has no list “keys” of at most {MAX_KEYS}"
        )
    keys = tuple(_usable(listed))
    if not keys:
        raise UnusableKeys("JWKS 里没有可用的公钥", "the JWKS has no public key that can be used")
    return KeySet(keys)


def _usable(listed: list[Any]) -> Iterator[VerifyingKey]:
    for item in listed:
        is_ours = isinstance(item, dict) and item.get("kty") in ("RSA", "EC", "OKP") and item.get("use", "sig") == "sig"
        if not is_ours or "d" in item:
            continue
        try:
            key = jwt.PyJWK.from_dict(item)
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
        if item["kty"] == "RSA" and key.key.key_size < MIN_RSA_BITS:
            continue
        kid, algorithm = item.get("kid"), item.get("alg")
        yield VerifyingKey(kid, item["kty"], item.get("crv", ""), algorithm, key.key)
