"""The policy file: what it gives, and that everything wrong with it is told at once."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography import x509
from decision_tables_server.roles import Role
from decision_tables_server.signin.policy import UnusablePolicy, parse_policy

from decision_tables.tokens import has_ended, hash_of, new_token

HASH = hash_of("dt_x")
A_CERTIFICATE = "a subject (CN=…,O=…) nor an alternative name that begins DNS:, EMAIL:, URI: or IP:"
GOOD = f"""
callers:
  李娜:
    certificates: ["CN=li.na,O=示例区", "EMAIL:li.na@example.org"]
    subjects: ["8f1c"]
    tokens:
      - {{hash: "{HASH}", until: 2027-12-31}}
    roles:
      author: [library_fees, pool_fees]
      reader: "*"
  tax-office:
    roles: {{evaluator: [pool_fees]}}
"""


def faults(text: str) -> list[str]:
    with pytest.raises(UnusablePolicy) as unusable:
        parse_policy(text.encode())
    assert all(fault.zh != fault.en for fault in unusable.value.faults)
    return [fault.en for fault in unusable.value.faults]


def test_a_caller_is_one_principal_however_it_signs_in() -> None:
    policy = parse_policy(GOOD.encode())
    subject = x509.Name.from_rfc4514_string("CN=li.na,O=示例区")
    assert policy.certificates == {subject: "李娜", "EMAIL:li.na@example.org": "李娜"}
    assert policy.subjects == {"8f1c": "李娜"}
    assert policy.tokens[HASH].caller == "李娜"
    assert policy.tokens[HASH].until == dt.date(2027, 12, 31)
    assert policy.callers["李娜"].name == "李娜"


@pytest.mark.parametrize(
    ("caller", "role", "model", "may"),
    [
        ("李娜", Role.AUTHOR, "pool_fees", True),
        ("李娜", Role.AUTHOR, "other", False),
        ("李娜", Role.READER, "other", True),
        ("李娜", Role.APPROVER, "pool_fees", False),
        ("tax-office", Role.EVALUATOR, "pool_fees", True),
        ("tax-office", Role.EVALUATOR, "library_fees", False),
        ("tax-office", Role.EVALUATOR, None, True),
        ("tax-office", Role.READER, None, False),
    ],
)
def test_roles_hold_for_the_models_that_are_named(caller: str, role: Role, model: str | None, may: bool) -> None:
    assert parse_policy(GOOD.encode()).callers[caller].may(frozenset({role}), model) is may


@pytest.mark.parametrize("text", ["", "callers:\n", "# nobody yet\n"])
def test_an_empty_policy_lets_nobody_in(text: str) -> None:
    assert parse_policy(text.encode()).callers == {}


def test_everything_wrong_is_told_at_once() -> None:
    text = f"""
caller: {{}}
callers:
  li:
    subject: ["a"]
    subjects: ["a", 7]
    roles: {{autor: [pool_fees], reader: pool_fees, evaluator: ["Pool fees"]}}
  wang:
    subjects: ["b"]
    certificates: ["li.na"]
    tokens: [{{hash: "secret"}}, {{hash: "{HASH}", until: soon}}, {{hash: "{HASH}"}}, {{hash: "{HASH}"}}]
  zhao:
    subjects: ["b"]
    roles: [reader]
  " qian ": {{}}
"""
    assert faults(text) == [
        "policy: there is no 'caller'; did you mean callers?",
        "callers.li: there is no 'subject'; did you mean subjects?",
        "callers.li.subjects: it should be a list of texts; numbers stand in quotes",
        "callers.li.roles: there is no 'autor'; did you mean author?",
        "callers.li.roles.reader: it should be a list",
        "callers.li.roles.evaluator: 'Pool fees' is no key of a model; \"*\" is all",
        f"callers.wang.certificates: 'li.na' is neither {A_CERTIFICATE}",
        "callers.wang.tokens[0]: hash should be one that `decision-tables token` made",
        "callers.wang.tokens[1]: until should be a date such as 2027-12-31",
        "callers.wang.tokens[3]: this token stands here already",
        "callers.zhao.subjects[0]: this belongs to wang already",
        "callers.zhao.roles: it should be names with values",
        "callers. qian : this is no name that can be used",
    ]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"callers: [", b"callers: 3", b"- a", b"callers:\n  a:\n  a:\n"])
def test_what_is_no_policy_is_refused(content: bytes) -> None:
    with pytest.raises(UnusablePolicy):
        parse_policy(content)


@pytest.mark.parametrize(
    ("until", "ended"),
    [(dt.date(2026, 11, 27), True), (dt.date(2026, 11, 28), False), (dt.date(2026, 11, 29), False), (None, False)],
)
def test_a_token_is_taken_up_to_its_last_day(until: dt.date | None, ended: bool) -> None:
    assert has_ended(until, dt.date(2026, 11, 28)) is ended


def test_tokens_are_never_the_same_and_their_hashes_do_not_show_them() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(token) == 46 and token not in hash_of(token) for token in tokens)
