"""What is served, where the server listens, and how that is encrypted."""

from __future__ import annotations

import pathlib

from pydantic_settings import BaseSettings

from decision_tables_server.setting_kinds import Address, Count, File, Group, Seconds, Texts, setting


class ServingSettings(BaseSettings):
    """What is served, where the server listens, and how that is encrypted."""

    store: str | None = setting(
        Group.SERVED,
        None,
        "版本库：文件名或 postgresql://…；给出后提供其中使用中的版本，而不是文件夹。",
        "The store of releases, a file or postgresql://…; its active releases are served instead of a folder.",
    )
    store_poll_seconds: Seconds = setting(
        Group.SERVED,
        0.5,
        "每隔多久看一次版本库；PostgreSQL 会随时通知，这只是以防万一。",
        "How often to look at the store; PostgreSQL tells of changes at once, this is for when it does not.",
    )
    trusted_keys: File | None = setting(
        Group.SERVED,
        None,
        "公钥的文件夹（版本库的密钥文件夹，没有私钥也可以）；给出后只提供由其中的密钥签过名的版本。",
        "A folder with the store's public keys (its folder of keys, without the private one); "
        "only releases that one of them has signed are served.",
    )
    past_releases_megabytes: Count = setting(
        Group.SERVED,
        256,
        "以前的版本在内存里大约最多占多少兆字节；更多的在有人问时重新加载。",
        "About how many megabytes of past releases are kept in memory; others are loaded again when asked for.",
    )
    workbooks: File = setting(
        Group.SERVED,
        pathlib.Path("workbooks"),
        "提供其中工作簿的文件夹；不看子文件夹。",
        "The folder whose workbooks are served; folders inside it are not.",
    )
    poll_seconds: Seconds = setting(
        Group.SERVED,
        1.0,
        "每隔多久看一次有没有改动的工作簿；连续两次看到同样的样子才算数。",
        "How often to look for changed workbooks; a change counts once it has held still for two looks.",
    )
    allow_unreviewed: bool = setting(
        Group.SERVED,
        False,
        "允许向其他机器提供未经审批的文件夹。",
        "Serve a folder beyond this machine, although nobody approves what is put into it.",
    )
    address: Address = setting(
        Group.ADDRESS,
        "127.0.0.1:50051",
        "监听地址，“主机:端口”；端口 0 取一个空闲的；IPv6 地址写在方括号里。",
        "Where to listen, HOST:PORT; port 0 takes a free one. IPv6 addresses stand in square brackets.",
    )
    http_address: Address | None = setting(
        Group.ADDRESS,
        None,
        "在此地址用 HTTP 提供同样的调用（JSON、Connect、gRPC-Web），“主机:端口”；不给则不提供。",
        "Where the same calls are taken over HTTP (JSON, Connect, gRPC-Web), HOST:PORT; nowhere unless it is set.",
    )
    http_origins: Texts = setting(
        Group.ADDRESS,
        (),
        "哪些网站的网页可以在浏览器里调用，如 https://example.org。",
        "The sites whose pages may call from a browser, such as https://example.org.",
    )
    allow_plaintext: bool = setting(
        Group.ADDRESS,
        False,
        "允许不加密地监听本机以外的地址（前面有负责加密的代理时）。",
        "Listen beyond this machine without encryption, behind a proxy that encrypts.",
    )
    tls_certificate: File | None = setting(
        Group.ENCRYPTION,
        None,
        "服务器证书及其证书链（PEM）；文件改动后，新的连接就用新的，不必重启。",
        "The server's certificate with its chain, in PEM. New connections take up a changed file without a restart.",
    )
    tls_key: File | None = setting(
        Group.ENCRYPTION, None, "证书的私钥（PEM，没有口令）。", "The certificate's key, in PEM without a password."
    )
    tls_client_ca: File | None = setting(
        Group.ENCRYPTION,
        None,
        "调用者证书的签发机构（PEM）；设置后，没有这样的证书就连不上。",
        "The authorities of callers' certificates, in PEM; with it nobody connects without such a certificate.",
    )
