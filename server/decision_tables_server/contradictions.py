"""What is wrong with settings taken together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from decision_tables.text import Bilingual
from decision_tables_server.setting_kinds import is_loopback

if TYPE_CHECKING:
    from decision_tables_server.settings import Settings


def contradictions(settings: Settings) -> Iterator[Bilingual]:
    """What is wrong with the settings taken together, all at once."""
    yield from _folder_or_store(settings)
    yield from _decision_log(settings)
    for address in (settings.address, settings.http_address):
        if address is not None and not is_loopback(address):
            yield from _beyond_this_machine(settings, address)
    yield from _incomplete(settings)
    if settings.workers > 1 and (settings.http_address or "").endswith(":0"):
        yield Bilingual(
            "几个进程要共用 HTTP 端口，http_address 的端口不能是 0",
            "several workers share the HTTP port, so the port of http_address cannot be 0",
        )
    if settings.policy is not None and settings.trust_user_header:
        yield Bilingual(
            "有 --policy 时不相信自称的姓名；请去掉 --trust-user-header",
            "with --policy nobody is believed by name; leave --trust-user-header out",
        )


def _decision_log(settings: Settings) -> Iterator[Bilingual]:
    if settings.decision_log == "store" and settings.store is None:
        yield Bilingual(
            "没有版本库，决策不能记到其中；请给出 --store，或把 --decision-log 改为文件名",
            "there is no store to keep decisions in; give --store, or a file as --decision-log",
        )
    if settings.decision_log_personal == "hash" and len((settings.decision_log_key or "").encode()) < 16:
        yield Bilingual(
            "个人信息要换成摘要，需要至少 16 个字节的 --decision-log-key",
            "hashing personal fields needs --decision-log-key with 16 bytes or more",
        )


def _folder_or_store(settings: Settings) -> Iterator[Bilingual]:
    if settings.store is not None and "workbooks" in settings.model_fields_set:
        yield Bilingual(
            "给出了版本库，又给出了工作簿文件夹；请只留下 --store 或 --workbooks",
            "both a store and a folder of workbooks are given; leave out --store or --workbooks",
        )


def _beyond_this_machine(settings: Settings, address: str) -> Iterator[Bilingual]:
    if settings.trust_user_header:
        yield Bilingual(
            f"其他机器可以连到 {address}，不能相信调用者自称的姓名；请去掉 --trust-user-header",
            f"{address} can be reached from other machines, where nobody can be believed to be who they say; "
            "leave --trust-user-header out",
        )
    if not settings.allow_plaintext and settings.tls_certificate is None:
        yield Bilingual(
            f"其他机器可以连到 {address}，而连接没有加密；"
            "请给出 --tls-certificate，或监听 127.0.0.1，或在前面的代理负责加密时给出 --allow-plaintext",
            f"{address} can be reached from other machines and the connection is not encrypted; "
            "give --tls-certificate, listen on 127.0.0.1, or give --allow-plaintext if a proxy in front encrypts",
        )
    if not settings.allow_unreviewed and settings.store is None:
        yield Bilingual(
            f"其他机器可以连到 {address}，而能写工作簿文件夹的人不经第二个人就能改变答案；"
            "确实如此打算时给出 --allow-unreviewed",
            f"{address} can be reached from other machines, and whoever writes into the folder of workbooks "
            "changes the answers without a second person; give --allow-unreviewed if that is meant",
        )


_NEEDS: Final = (
    ("tls_certificate", "tls_key"),
    ("tls_key", "tls_certificate"),
    ("tls_client_ca", "tls_certificate"),
    ("jwks", "policy"),
    ("jwks", "token_issuer"),
    ("jwks", "token_audience"),
    ("jwks_ca", "jwks"),
    ("token_issuer", "jwks"),
    ("token_audience", "jwks"),
)
"""Settings that mean nothing, or too much, without another one."""


def _incomplete(settings: Settings) -> Iterator[Bilingual]:
    for given, needed in _NEEDS:
        if getattr(settings, given) is not None and getattr(settings, needed) is None:
            yield Bilingual(f"有 {given} 就必须有 {needed}", f"{given} needs {needed} beside it")
