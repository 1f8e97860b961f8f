"""Ports, certificates, and how callers sign in."""

from __future__ import annotations

import datetime
import socket
import stat
from collections.abc import Iterator
from typing import Final

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest
from grpc_health.v1.health_pb2_grpc import HealthStub

from decision_tables.text import Bilingual
from decision_tables_server.doctor.finding import Finding, error, good, warning
from decision_tables_server.settings import Settings
from decision_tables_server.signin.wiring import CannotSignIn, sign_in_of
from decision_tables_server.tls import TlsFiles, UnusableCertificate, read_tls, tls_files_of

SOON: Final = datetime.timedelta(days=30)
"""A certificate that ends within this time should be renewed now."""


def ports(settings: Settings) -> Iterator[Finding]:
    """Every port can be had, or a server of ours has it."""
    addresses = {
        "address": settings.address,
        "http_address": settings.http_address,
        "metrics_address": settings.metrics_address,
    }
    for name, address in addresses.items():
        if address is not None:
            yield _port(name, address, settings)


def _port(name: str, address: str, settings: Settings) -> Finding:
    host, _, port = address.rpartition(":")
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as failure:
        if name == "address" and _answers(address, settings):
            return good("ports", f"{address}：服务器正在运行", f"{address}: a server is running there")
        return error(
            "ports",
            Bilingual(
                f"{name} = {address}：不能监听：{failure.strerror}",
                f"{name} = {address}: cannot listen: {failure.strerror}",
            ),
            Bilingual(
                "如果是已经运行的服务器占用的，这没有问题；否则换一个地址，或结束占用它的程序（ss -ltnp）。",
                "If it is the server that already runs, all is well; else take another, or end what has it (ss -ltnp).",
            ),
        )
    return good("ports", f"{name} = {address} 可用", f"{name} = {address} is free")


def _answers(address: str, settings: Settings) -> bool:
    """Whether a server of gRPC answers there; one that wants encryption is not asked."""
    if settings.tls_certificate is not None:
        return False
    with grpc.insecure_channel(address) as channel:
        try:
            HealthStub(channel).Check(HealthCheckRequest(), timeout=2)  # type: ignore[attr-defined]  # not in the stubs
        except grpc.RpcError:
            return False
    return True


def encryption(settings: Settings, now: datetime.datetime) -> Iterator[Finding]:
    """The certificate is there, fits its key, and is good for a while."""
    files = tls_files_of(settings)
    if files is None:
        yield good("tls", "不加密", "without encryption")
        return
    try:
        expires = read_tls(files).expires
    except UnusableCertificate as failure:
        hint = Bilingual(
            "检查这个文件，以及进程能否读取它。", "Look at that file, and whether the process may read it."
        )
        yield error("tls", failure.reason, hint)
        return
    yield _expiry(files, expires, now)
    yield from _readable_key(files)


def _expiry(files: TlsFiles, expires: datetime.datetime, now: datetime.datetime) -> Finding:
    hint = Bilingual(
        "换上新的证书和私钥；服务器会自己读取，不必重启。",
        "Put new files there; the server takes them up without a restart.",
    )
    day = expires.date()
    if expires <= now:
        message = Bilingual(f"{files.certificate} 已于 {day} 过期", f"{files.certificate} has expired on {day}")
        return error("tls", message, hint)
    if expires - now < SOON:
        message = Bilingual(f"{files.certificate} 将于 {day} 过期", f"{files.certificate} expires on {day}")
        return warning("tls", message, hint)
    return good("tls", f"证书有效期到 {day}", f"the certificate is good until {day}")


def _readable_key(files: TlsFiles) -> Iterator[Finding]:
    if files.key.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        yield warning(
            "tls",
            Bilingual(
                f"本机所有用户都能读取私钥 {files.key}", f"everybody on this machine may read the key {files.key}"
            ),
            Bilingual(f"chmod 600 {files.key}", f"chmod 600 {files.key}"),
        )


def sign_in(settings: Settings) -> Iterator[Finding]:
    """The policy can be used, and so can the keys of tokens."""
    try:
        sign_in_of(settings)
    except CannotSignIn as failure:
        hint = Bilingual("见文档“谁可以调用”（security.md）。", "See security.md, who may call.")
        yield from (error("policy", fault, hint) for fault in failure.faults)
        return
    if settings.policy is None:
        yield good("policy", "没有权限文件：不需登录", "no policy: nobody signs in")
    else:
        yield good("policy", f"{settings.policy} 可用", f"{settings.policy} can be used")
