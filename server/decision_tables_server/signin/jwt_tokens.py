"""A signed token → whose it is: issuer, audience, times and algorithm checked, the key taken from a key set."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from typing import Any, Final

import jwt

from decision_tables.text import Bilingual
from decision_tables_server.access import unauthenticated
from decision_tables_server.errors import RequestFault
from decision_tables_server.signin.keys import KeySet

MAX_TOKEN: Final = 8192
"""The longest token in characters; longer ones are not read."""
MAX_REMEMBERED: Final = 10_000
REMEMBERED_SECONDS: Final = 300.0

_SAID: Final[tuple[tuple[type[Exception], Bilingual], ...]] = (
    (jwt.ExpiredSignatureError, Bilingual("令牌已过期。", "The token has expired.")),
    (jwt.ImmatureSignatureError, Bilingual("令牌尚未生效。", "The token is not valid yet.")),
    (jwt.InvalidIssuerError, Bilingual("令牌不是这里认可的签发者签发的。", "The token is of another issuer.")),
    (jwt.InvalidAudienceError, Bilingual("令牌不是给这个服务的。", "The token is for another audience.")),
    (jwt.MissingRequiredClaimError, Bilingual("令牌缺少必需的声明。", "The token lacks a required claim.")),
    (jwt.InvalidSignatureError, Bilingual("令牌的签名不对。", "The signature of the token is wrong.")),
)
_UNUSABLE: Final = Bilingual("令牌无法使用。", "The token cannot be used.")


@dataclasses.dataclass(frozen=True, slots=True)
class TokenRules:
    """What a token must say."""

    issuer: str
    audience: str
    algorithms: frozenset[str]
    leeway_seconds: float


class Verifier:
    """Verifies tokens by one key set, and remembers for a while those that it has verified.

    Another key set is another verifier, so that nothing verified by a withdrawn key is remembered.
    """

    def __init__(self, keys: KeySet, rules: TokenRules) -> None:
        self.keys = keys
        self._rules = rules
        self._remembered: dict[bytes, tuple[str, float]] = {}

    def subject_of(self, token: str) -> str:
        """Whose token it is. Raises UNAUTHENTICATED."""
        mark = hashlib.sha256(token.encode()).digest()
        now = time.time()
        subject, until = self._remembered.get(mark, ("", 0.0))
        if now < until:
            return subject
        claims = self._verified(token)
        subject = str(claims["sub"])
        if len(self._remembered) >= MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[mark] = (subject, min(float(claims["exp"]), now + REMEMBERED_SECONDS))
        return subject

    def _verified(self, token: str) -> dict[str, Any]:
        try:
            return self._decoded(token)
        except RequestFault:
            raise
        except Exception as error:  # whatever is wrong with a token, its bearer is not let in
            said = next((said for kind, said in _SAID if isinstance(error, kind)), _UNUSABLE)
            raise unauthenticated(said.zh, said.en) from None

    def _decoded(self, token: str) -> dict[str, Any]:
        header = header_of(token)
        algorithm = header.get("alg")
        if algorithm not in self._rules.algorithms:
            raise unauthenticated("令牌的签名算法不被允许。", "The algorithm of the token is not allowed.")
        key = self.keys.find(header.get("kid"), algorithm)
        if key is None or "crit" in header:
            raise unauthenticated("没有可以验证这个令牌的密钥。", "There is no key that verifies this token.")
        claims = jwt.decode(
            token,
            key.key,
            algorithms=[algorithm],
            issuer=self._rules.issuer,
            audience=self._rules.audience,
            leeway=self._rules.leeway_seconds,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise unauthenticated(_UNUSABLE.zh, _UNUSABLE.en)
        return claims


def header_of(token: str) -> dict[str, Any]:
    """What a token says about itself, unverified. Raises UNAUTHENTICATED."""
    try:
        if len(token) > MAX_TOKEN:
            raise unauthenticated(_UNUSABLE.zh, _UNUSABLE.en)
        return jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise unauthenticated(_UNUSABLE.zh, _UNUSABLE.en) from None
