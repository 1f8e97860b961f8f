"""Tokens that an issuer signs: which are taken, and that nothing else is."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from decision_tables_server.errors import RequestFault, ServerReason
from decision_tables_server.signin import key_source
from decision_tables_server.signin.jwt_tokens import MAX_TOKEN, TokenRules, Verifier
from decision_tables_server.signin.key_source import KeySource
from decision_tables_server.signin.keys import FITTING, KeySet, UnusableKeys, parse_keys

ISSUER, AUDIENCE = "https://issuer.example.org", "decision-tables"
RULES = TokenRules(ISSUER, AUDIENCE, frozenset({"RS256", "PS256", "ES256", "EdDSA"}), 30)
RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()


def jwk(key: Any, kid: str | None, **more: str) -> dict[str, Any]:
    """A public key as a JWKS has it."""
    algorithm = {rsa.RSAPrivateKey: "RS256", ec.EllipticCurvePrivateKey: "ES256", ed25519.Ed25519PrivateKey: "EdDSA"}
    name = next(name for kind, name in algorithm.items() if isinstance(key, kind))
    made: dict[str, Any] = jwt.get_algorithm_by_name(name).to_jwk(key.public_key(), as_dict=True)
    made.pop("key_ops", None)
    return made | ({"kid": kid} if kid is not None else {}) | more


def jwks(*keys: dict[str, Any]) -> bytes:
    return json.dumps({"keys": keys}).encode()


KEYS = parse_keys(jwks(jwk(RSA, "r"), jwk(EC, "e"), jwk(ED, "d")))


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "li", "exp": now + 60, "nbf": now - 5} | changes
    return {name: value for name, value in said.items() if value is not ...}


def token(key: Any = EC, algorithm: str = "ES256", kid: str | None = "e", **changes: Any) -> str:
    headers = {"kid": kid} if kid is not None else {}
    return jwt.encode(claims(**changes), key, algorithm=algorithm, headers=headers)


def refused(given: str, keys: KeySet = KEYS) -> str:
    with pytest.raises(RequestFault) as fault:
        Verifier(keys, RULES).subject_of(given)
    assert fault.value.fault.reason is ServerReason.UNAUTHENTICATED
    return fault.value.fault.message.en


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"), [(RSA, "RS256", "r"), (RSA, "PS256", "r"), (EC, "ES256", "e"), (ED, "EdDSA", "d")]
)
def test_a_token_of_an_allowed_algorithm_is_taken(key: Any, algorithm: str, kid: str) -> None:
    assert Verifier(KEYS, RULES).subject_of(token(key, algorithm, kid)) == "li"


def test_a_token_without_a_key_name_is_taken_only_if_one_key_alone_fits() -> None:
    assert Verifier(KEYS, RULES).subject_of(token(kid=None)) == "li"
    other = ec.generate_private_key(ec.SECP256R1())
    assert refused(token(kid=None), parse_keys(jwks(jwk(EC, "e"), jwk(other, "f")))) == (
        "There is no key that verifies this token."
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"exp": int(time.time()) - 31}, "The token has expired."),
        ({"nbf": 4102444800}, "The token is not valid yet."),  # 2100
        ({"iss": ISSUER + "/"}, "The token is of another issuer."),
        ({"aud": "other"}, "The token is for another audience."),
        ({"aud": []}, None),
        ({"exp": ...}, "The token lacks a required claim."),
        ({"iss": ...}, "The token lacks a required claim."),
        ({"aud": ...}, "The token lacks a required claim."),
        ({"sub": ...}, "The token lacks a required claim."),
        ({"sub": ""}, "The token cannot be used."),
        ({"exp": "soon"}, "The token cannot be used."),
        ({"exp": 1e400}, "The token cannot be used."),
        ({"exp": None}, None),
        ({"sub": 7}, None),
        ({"sub": ["li"]}, None),
        ({"iss": [ISSUER]}, None),
        ({"nbf": "x"}, None),
    ],
)
def test_issuer_audience_and_times_are_checked(changes: dict[str, Any], said: str | None) -> None:
    header = {"alg": "ES256", "kid": "e"}
    body = f"{part(header)}.{part(claims(**changes))}"
    message = refused(signed(body))
    assert said in (None, message)


@pytest.mark.parametrize(("late", "taken"), [(28, True), (33, False)])
def test_clocks_may_be_apart_by_the_leeway(late: int, taken: bool) -> None:
    given = token(exp=int(time.time()) - late)
    if taken:
        assert Verifier(KEYS, RULES).subject_of(given) == "li"
    else:
        assert refused(given) == "The token has expired."


def part(data: Any) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(body: str) -> str:
    """The text with the signature of the right key."""
    algorithm = jwt.get_algorithm_by_name("ES256")
    return f"{body}.{part(algorithm.sign(body.encode(), EC))}"


def unsigned(header: dict[str, Any], signature: bytes = b"") -> str:
    return f"{part(header)}.{part(claims())}.{part(signature)}"


def with_public_key_as_secret() -> str:
    """The trick that takes a public key for a shared secret."""
    body = f"{part({'alg': 'HS256', 'kid': 'r'})}.{part(claims())}"
    secret = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return f"{body}.{part(hmac.digest(secret, body.encode(), hashlib.sha256))}"


HOSTILE: dict[str, Callable[[], str]] = {
    "no signature": lambda: unsigned({"alg": "none"}),
    "no signature, odd case": lambda: unsigned({"alg": "nOnE", "kid": "e"}),
    "no algorithm": lambda: unsigned({"kid": "e"}),
    "an algorithm that is a list": lambda: unsigned({"alg": ["ES256"], "kid": "e"}),
    "an empty signature": lambda: unsigned({"alg": "ES256", "kid": "e"}),
    "a public key as secret": with_public_key_as_secret,
    "an algorithm that is not allowed": lambda: token(RSA, "RS512", "r"),
    "the key of another algorithm": lambda: unsigned({"alg": "RS256", "kid": "e"}, b"x" * 256),
    "another key": lambda: token(ec.generate_private_key(ec.SECP256R1())),
    "a key that nobody knows": lambda: token(kid="nobody"),
    "a key name that is a number": lambda: unsigned({"alg": "ES256", "kid": 7}),
    "a key brought along": lambda: jwt.encode(
        claims(), EC, algorithm="ES256", headers={"kid": "z", "jwk": jwk(EC, "z"), "jku": "http://127.0.0.1:1/"}
    ),
    "something that must be understood": lambda: jwt.encode(
        claims(), EC, algorithm="ES256", headers={"kid": "e", "crit": ["exp"]}
    ),
    "claims that are no object": lambda: signed(f"{part({'alg': 'ES256', 'kid': 'e'})}.{part([1])}"),
    "claims nested deep": lambda: signed(f"{part({'alg': 'ES256', 'kid': 'e'})}.{part(b'[' * 3000)}"),
    "a header that is no JSON": lambda: f"{part(b'{')}.{part(claims())}.AAAA",
    "too long": lambda: "a" * (MAX_TOKEN + 1),
    "nothing": lambda: "",
    "dots": lambda: "...",
    "not ASCII": lambda: "令牌.令牌.令牌",
    "encrypted": lambda: ".".join("aaaaa"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_token_is_refused(kind: str) -> None:
    refused(HOSTILE[kind]())


def test_a_changed_letter_is_refused() -> None:
    given = token()
    for place in range(0, len(given), 17):
        changed = given[:place] + ("A" if given[place] != "A" else "B") + given[place + 1 :]
        if place < len(given) - 1:
            refused(changed)


def test_keys_for_other_purposes_weak_and_secret_ones_are_passed_over() -> None:
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505 - too weak on purpose
    others = [
        jwk(EC, "enc", use="enc"),
        jwk(weak, "weak"),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "s", "alg": "HS256"},
        {"kty": "RSA", "kid": "half"},
        {},
        7,
    ]
    keys = parse_keys(json.dumps({"keys": [*others, jwk(EC, "e")]}).encode())
    assert [key.kid for key in keys.keys] == ["e"]
    with pytest.raises(UnusableKeys):
        parse_keys(json.dumps({"keys": others}).encode())


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"keys": {}}', b'{"keys": []}', b"[" * 100_000, b"\xff"])
def test_what_is_no_set_of_keys_is_refused(content: bytes) -> None:
    with pytest.raises(UnusableKeys):
        parse_keys(content)


def test_a_key_bound_to_one_algorithm_is_used_for_no_other() -> None:
    keys = parse_keys(jwks(jwk(RSA, "r", alg="PS256")))
    assert Verifier(keys, RULES).subject_of(token(RSA, "PS256", "r")) == "li"
    refused(token(RSA, "RS256", "r"), keys)


def test_no_algorithm_with_a_shared_secret_can_be_allowed() -> None:
    assert not [name for name in FITTING if name.startswith("HS") or name.lower() == "none"]


def test_a_remembered_token_ends_when_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = Verifier(KEYS, RULES)
    given = token(exp=int(time.time()) + 60)
    assert verifier.subject_of(given) == "li"
    later = time.time() + 120
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr("jwt.api_jwt.datetime", _Later)
    with pytest.raises(RequestFault):
        verifier.subject_of(given)


class _Later:
    """The clock of PyJWT, two minutes on."""

    @staticmethod
    def now(tz: Any = None) -> Any:
        import datetime  # noqa: PLC0415 - beside the name that is replaced

        return datetime.datetime.now(tz) + datetime.timedelta(seconds=120)


def source(contents: list[bytes], *, asks: bool = True) -> tuple[KeySource, list[int]]:
    """A source that gives these contents one after another, the last for ever, and how often it was asked."""
    asked: list[int] = []

    def read() -> bytes:
        asked.append(1)
        return contents[min(len(asked), len(contents)) - 1]

    return KeySource(read, RULES, asks_on_unknown=asks), asked


def test_a_new_key_is_fetched_when_a_token_names_it_but_not_for_every_such_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    new = ec.generate_private_key(ec.SECP256R1())
    keys, asked = source([jwks(jwk(EC, "e")), jwks(jwk(EC, "e"), jwk(new, "n"))])
    keys.refresh()
    for _ in range(5):
        with pytest.raises(RequestFault):
            keys.subject_of(token(new, kid="n"))
    assert len(asked) == 1
    monkeypatch.setattr(key_source, "MIN_SECONDS_BETWEEN", 0)
    assert keys.subject_of(token(new, kid="n")) == "li"
    assert len(asked) == 2


def test_keys_that_cannot_be_used_leave_those_in_force() -> None:
    keys, _ = source([jwks(jwk(EC, "e")), b"nonsense"], asks=False)
    keys.refresh()
    keys.refresh()
    assert keys.subject_of(token()) == "li"


def test_a_withdrawn_key_verifies_nothing_more_not_even_what_was_remembered() -> None:
    keys, _ = source([jwks(jwk(EC, "e")), jwks(jwk(RSA, "r"))], asks=False)
    keys.refresh()
    given = token()
    assert keys.subject_of(given) == "li"
    keys.refresh()
    with pytest.raises(RequestFault):
        keys.subject_of(given)
