"""Settings → the gate of a server, and the files that it follows."""

from __future__ import annotations

import dataclasses
import logging
import pathlib

from decision_tables.text import Bilingual
from decision_tables_server.access import EVERYTHING
from decision_tables_server.admission import Gate, OpenGate
from decision_tables_server.following import Followed
from decision_tables_server.roles import Role
from decision_tables_server.setting_kinds import is_loopback
from decision_tables_server.settings import Settings
from decision_tables_server.signin.gate import PolicyGate
from decision_tables_server.signin.jwt_tokens import TokenRules
from decision_tables_server.signin.key_source import KeySource, from_file, from_url
from decision_tables_server.signin.keys import UnusableKeys
from decision_tables_server.signin.policy import Policy, UnusablePolicy, parse_policy

_log = logging.getLogger(__name__)


class CannotSignIn(Exception):
    """Nobody could sign in; ``faults`` says why, for the operator."""

    def __init__(self, faults: tuple[Bilingual, ...]) -> None:
        super().__init__("\n".join(fault.en for fault in faults))
        self.faults = faults


@dataclasses.dataclass(frozen=True, slots=True)
class SignIn:
    """The gate, the standard services that stand open, and what is followed."""

    gate: Gate
    open_services: frozenset[str]
    followed: tuple[Followed, ...] = ()


def sign_in_of(settings: Settings) -> SignIn:
    """How callers sign in. Raises CannotSignIn if the policy or the file of keys cannot be used."""
    if settings.policy is None:
        return SignIn(_open_gate(settings), frozenset({"health", "reflection"}))
    keys = _key_source(settings)
    gate = PolicyGate(_read(settings.policy), keys)
    followed = [Followed(_Again(settings.policy, gate), settings.policy)]
    if keys is not None:
        followed.append(_followed_keys(settings, keys))
    return SignIn(gate, frozenset(settings.open_services), tuple(followed))


def _open_gate(settings: Settings) -> OpenGate:
    """Without a policy other machines may ask; everything else is for this machine."""
    asking = {role: EVERYTHING[role] for role in (Role.READER, Role.EVALUATOR)}
    return OpenGate(settings.trust_user_header, EVERYTHING if is_loopback(settings.address) else asking)


def _key_source(settings: Settings) -> KeySource | None:
    if settings.jwks is None or settings.token_issuer is None or settings.token_audience is None:
        return None
    algorithms = frozenset(settings.token_algorithms)
    rules = TokenRules(settings.token_issuer, settings.token_audience, algorithms, settings.token_leeway_seconds)
    if "://" in settings.jwks:
        keys = KeySource(from_url(settings.jwks, settings.jwks_ca), rules, asks_on_unknown=True)
        keys.refresh()
        return keys
    keys = KeySource(from_file(pathlib.Path(settings.jwks)), rules, asks_on_unknown=False)
    try:
        keys.load()
    except UnusableKeys as error:
        raise CannotSignIn((_at(settings.jwks, error.reason),)) from None
    except OSError as error:
        raise CannotSignIn((_unreadable(settings.jwks, error),)) from None
    return keys


def _followed_keys(settings: Settings, keys: KeySource) -> Followed:
    file = pathlib.Path(settings.jwks or "") if "://" not in (settings.jwks or "") else None
    return Followed(keys.refresh, file, settings.jwks_refresh_seconds)


def _read(path: pathlib.Path) -> Policy:
    try:
        return parse_policy(path.read_bytes())
    except OSError as error:
        raise CannotSignIn((_unreadable(path, error),)) from None
    except UnusablePolicy as error:
        raise CannotSignIn(tuple(_at(path, fault) for fault in error.faults)) from None


@dataclasses.dataclass(frozen=True, slots=True)
class _Again:
    """Takes up a changed policy; one that cannot be used is logged, and the one in force stays."""

    path: pathlib.Path
    gate: PolicyGate

    def __call__(self) -> None:
        try:
            policy = _read(self.path)
        except CannotSignIn as error:
            _log.error("the policy in force stays, the new one cannot be used:\n%s", error)
            return
        if policy != self.gate.policy:
            self.gate.policy = policy
            _log.info("the policy was taken up: %d callers", len(policy.callers))


def _at(path: pathlib.Path | str, fault: Bilingual) -> Bilingual:
    return Bilingual(f"{path}：{fault.zh}", f"{path}: {fault.en}")


def _unreadable(path: pathlib.Path | str, error: OSError) -> Bilingual:
    return _at(path, Bilingual(f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}"))
