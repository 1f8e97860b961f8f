"""The gate with a policy: a token or a certificate → one principal, with the rights that the policy gives it."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Final

from cryptography import x509

from decision_tables.tokens import PREFIX, has_ended, hash_of
from decision_tables_server.access import Principal, unauthenticated
from decision_tables_server.admission import Credentials
from decision_tables_server.signin.key_source import KeySource
from decision_tables_server.signin.policy import Policy

AUTHORIZATION: Final = "authorization"


class PolicyGate:
    """Lets in whom the policy names. A token, if one is given, says who calls; else the certificate does."""

    def __init__(self, policy: Policy, keys: KeySource | None = None) -> None:
        self.policy = policy
        self._keys = keys

    def identify(self, credentials: Credentials) -> Principal:
        """Who calls. Raises UNAUTHENTICATED."""
        policy = self.policy
        given = credentials.header(AUTHORIZATION)
        name = self._by_token(policy, given) if given is not None else _by_certificate(policy, credentials)
        return policy.callers[name]

    def _by_token(self, policy: Policy, given: str) -> str:
        scheme, _, token = given.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise unauthenticated("authorization 应当是“Bearer 令牌”。", "The authorization should be “Bearer TOKEN”.")
        if token.startswith(PREFIX):
            return _by_static_token(policy, token)
        if self._keys is None:
            raise unauthenticated("服务器不认这种令牌。", "The server takes no tokens of this kind.")
        return _known(policy.subjects.get(self._keys.subject_of(token)))


def _by_static_token(policy: Policy, token: str) -> str:
    found = policy.tokens.get(hash_of(token))
    if found is not None and has_ended(found.until, dt.datetime.now(dt.UTC).date()):
        raise unauthenticated("令牌已过期。", "The token has expired.")
    return _known(found.caller if found is not None else None)


def _by_certificate(policy: Policy, credentials: Credentials) -> str:
    pem = credentials.certificate()
    if pem is None:
        raise unauthenticated("请出示令牌或证书。", "Bring a token or a certificate.")
    owners = {policy.certificates[sign] for sign in signs_of(pem) if sign in policy.certificates}
    if len(owners) > 1:
        raise unauthenticated("这个证书属于几个调用者。", "The certificate belongs to several callers.")
    return _known(next(iter(owners), None))


@functools.lru_cache(maxsize=1024)
def signs_of(pem: bytes) -> tuple[x509.Name | str, ...]:
    """By what a certificate is known: its subject, and its alternative names as ``DNS:…``. Verified already."""
    certificate = x509.load_pem_x509_certificate(pem)
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return (certificate.subject,)
    kinds = ((x509.DNSName, "DNS"), (x509.RFC822Name, "EMAIL"), (x509.UniformResourceIdentifier, "URI"))
    texts = [f"{label}:{text}" for kind, label in kinds for text in names.get_values_for_type(kind)]
    addresses = [f"IP:{address}" for address in names.get_values_for_type(x509.IPAddress)]
    return (certificate.subject, *texts, *addresses)


def _known(name: str | None) -> str:
    if name is None:
        raise unauthenticated("没有这个调用者。", "The policy knows no such caller.")
    return name
