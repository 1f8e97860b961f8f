"""What an operator can set. Flags, environment names, the file's keys and the page of settings all come from here.

To add one: a line in its group below, then ``make docs``. Its flag is ``--its-name``, its name in the environment
``DECISION_TABLES_ITS_NAME``. Kinds stand in setting_kinds.py; what contradicts each other, in :func:`contradictions`.
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Final, Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from decision_tables.text import Bilingual
from decision_tables_server.setting_kinds import (
    Address,
    Algorithms,
    Count,
    CountOrNone,
    File,
    FileOrUrl,
    Group,
    OpenServices,
    Seconds,
    SecondsOrNone,
    Share,
    Texts,
    Url,
    is_loopback,
    setting,
)

PREFIX = "DECISION_TABLES_"


class Settings(BaseSettings):
    """The settings of one server. Raises ValueError where they are no settings or contradict each other.

    Made directly it takes only what it is given; ``reading_settings`` takes file, environment and flags together.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=PREFIX, env_ignore_empty=True, enable_decoding=False
    )

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
    policy: File | None = setting(
        Group.CALLERS,
        None,
        "权限文件（YAML）：谁、凭什么登录、对哪些模型有什么角色；改动后立即生效。",
        "The policy file (YAML): who may do what with which models, and how they sign in. Changes are taken up.",
    )
    jwks: FileOrUrl | None = setting(
        Group.CALLERS,
        None,
        "验证 JWT 令牌的公钥（JWKS）：文件，或 https 网址。",
        "The public keys (JWKS) that verify tokens in JWT form: a file, or an https URL.",
    )
    jwks_ca: File | None = setting(
        Group.CALLERS,
        None,
        "上述网址的证书由谁签发（PEM）；缺省为系统认可的机构。",
        "The authorities of that URL's certificate, in PEM; by default those of the system.",
    )
    jwks_refresh_seconds: Seconds = setting(
        Group.CALLERS, 300.0, "每隔多少秒重新取一次公钥。", "How often the URL is asked again, in seconds."
    )
    token_issuer: str | None = setting(
        Group.CALLERS, None, "令牌必须由谁签发（iss）。", "Who must have issued a token (iss)."
    )
    token_audience: str | None = setting(
        Group.CALLERS, None, "令牌必须是给谁的（aud）。", "For whom a token must be (aud)."
    )
    token_algorithms: Algorithms = setting(
        Group.CALLERS,
        ("RS256", "PS256", "ES256", "EdDSA"),
        "允许的签名算法；共享密钥的（HS256 等）和 none 不能设置。",
        "The algorithms that are allowed; those with a shared secret (HS256 …) and none cannot be.",
    )
    token_leeway_seconds: SecondsOrNone = setting(
        Group.CALLERS,
        30.0,
        "检查令牌的起止时间时，容许时钟相差多少秒。",
        "How far clocks may be apart when the times of a token are checked, in seconds.",
    )
    open_services: OpenServices = setting(
        Group.CALLERS,
        ("health",),
        "有权限文件时，哪些标准服务仍不需登录：health、reflection。",
        "Which standard services need no sign-in where there is a policy: health, reflection.",
    )
    trust_user_header: bool = setting(
        Group.CALLERS,
        False,
        "没有权限文件时，相信调用者在元数据 x-decision-tables-user 里写的姓名；只限本机。",
        "Without a policy, believe the name that callers give as x-decision-tables-user; on this machine only.",
    )
    keys: File | None = setting(
        Group.PUBLISHING,
        None,
        "签名密钥的文件夹；没有它，通过服务只能检查和查阅，不能发布。",
        "The folder of the signing key; without it workbooks are checked through the server and nothing is published.",
    )
    max_file_bytes: Count = setting(
        Group.PUBLISHING,
        50 * 1024 * 1024,
        "交来的工作簿或名单最多多少字节。",
        "The largest workbook or population that is handed in, in bytes.",
    )
    max_files: Count = setting(
        Group.PUBLISHING,
        8,
        "同时最多接收多少份文件；它们有自己的线程。",
        "How many files may be on their way at once; they have threads of their own.",
    )
    checks_at_once: Count = setting(
        Group.PUBLISHING,
        2,
        "同时在单独的进程里检查、对照或测算多少份；其余的等待，太久则答 OVERLOADED。",
        "How many are checked, compared or counted at once, each in a process of its own; the others wait for a while.",
    )
    check_seconds: Count = setting(
        Group.PUBLISHING, 300, "检查一份文件最多多少秒。", "How long the work on one file may take, in seconds."
    )
    check_megabytes: Count = setting(
        Group.PUBLISHING,
        4096,
        "检查一份文件最多用多少 MB 内存。",
        "How much memory the work on one file may take, in MB.",
    )
    max_message_bytes: Count = setting(
        Group.LIMITS,
        4 * 1024 * 1024,
        "一个请求最多多少字节；更大的不读取，直接答 RESOURCE_EXHAUSTED。",
        "The largest request in bytes; larger ones are answered with RESOURCE_EXHAUSTED before they are read.",
    )
    max_batch_rows: Count = setting(
        Group.LIMITS, 1000, "一次 EvaluateBatch 最多多少行。", "The most rows of one EvaluateBatch."
    )
    max_column_rows: Count = setting(
        Group.LIMITS, 200_000, "一次 EvaluateColumns 最多多少行。", "The most rows of one EvaluateColumns."
    )
    max_streams: Count = setting(
        Group.LIMITS,
        32,
        "同时最多多少个 EvaluateStream；它们有自己的线程。",
        "How many EvaluateStream may be open at once; they have threads of their own.",
    )
    max_stream_rows: Count = setting(
        Group.LIMITS, 10_000_000, "一个 EvaluateStream 最多多少行。", "The most rows of one EvaluateStream."
    )
    max_watches: Count = setting(
        Group.LIMITS,
        64,
        "同时最多多少个 WatchReleases；它们有自己的线程。",
        "How many WatchReleases may be open at once; they have threads of their own.",
    )
    stream_seconds: Seconds = setting(
        Group.LIMITS,
        3600.0,
        "一个流最长多少秒，之后请调用者重新打开。",
        "How long a stream may last; then its caller has to open another one.",
    )
    stream_idle_seconds: Seconds = setting(
        Group.LIMITS,
        60.0,
        "流上多少秒没有收到内容、或调用者多少秒不读回答，就结束它。",
        "How long nothing may come on a stream, or its caller leave an answer unread, before it is ended.",
    )
    threads: Count = setting(Group.LIMITS, 8, "同时处理多少个调用。", "How many calls are worked on at once.")
    max_waiting: CountOrNone = setting(
        Group.LIMITS,
        64,
        "还有多少个调用可以排队等候；更多的立即答 RESOURCE_EXHAUSTED，并说明多久后重试。",
        "How many more calls may wait for their turn; others are refused at once, and told when to try again.",
    )
    max_wait_seconds: Seconds = setting(
        Group.LIMITS, 1.0, "一个调用最多排队多少秒。", "How long a call waits for its turn, in seconds."
    )
    max_calls: Count = setting(
        Group.LIMITS,
        256,
        "同时最多打开多少个调用，包括还没有发完请求、没有读完回答的。",
        "How many calls may be open at once, those included that are still being sent or read.",
    )
    request_seconds: Seconds = setting(
        Group.LIMITS,
        10.0,
        "调用打开后，请求最多多少秒要到齐；否则结束这个调用。",
        "How long the request of a call may take to come after the call was opened; then the call is ended.",
    )
    answer_seconds: Seconds = setting(
        Group.LIMITS,
        30.0,
        "回答发出后，调用者最多多少秒要读完；否则结束这个调用。",
        "How long a caller may take to read its answer; then the call is ended.",
    )
    max_calls_per_connection: Count = setting(
        Group.CONNECTIONS, 100, "一个连接上同时最多多少个调用。", "How many calls may be open on one connection."
    )
    max_connections: Count = setting(
        Group.CONNECTIONS,
        1000,
        "同时最多多少个连接；更多的不接受。",
        "How many connections may be open; more are not accepted.",
    )
    keepalive_seconds: Seconds = setting(
        Group.CONNECTIONS,
        60.0,
        "连接安静多少秒后，看一看对方还在不在。",
        "After how many quiet seconds to see whether the other side is still there.",
    )
    keepalive_timeout_seconds: Seconds = setting(
        Group.CONNECTIONS,
        20.0,
        "对方多少秒不应答，就断开连接。",
        "After how many seconds without an answer to that a connection is closed.",
    )
    max_connection_idle_seconds: SecondsOrNone = setting(
        Group.CONNECTIONS,
        900.0,
        "没有调用的连接多少秒后关闭；0 表示不关。",
        "After how long a connection without calls is closed; 0 is never.",
    )
    max_connection_age_seconds: SecondsOrNone = setting(
        Group.CONNECTIONS,
        3600.0,
        "连接用多少秒后请调用者重新连接，好让新的证书和服务器分到调用；0 表示不限。",
        "After how long callers are asked to connect anew, so that new certificates and servers come in; 0 is never.",
    )
    max_connection_grace_seconds: Seconds = setting(
        Group.CONNECTIONS,
        300.0,
        "之后连接上还没结束的调用最多还有多少秒。",
        "How long the calls of such a connection may take to end.",
    )
    workers: Count = setting(
        Group.PROCESSES,
        1,
        "用多少个进程在同一个端口上提供服务；死掉的会重新启动。每个进程有自己的限度。",
        "How many processes serve on the one port; those that die are started again. Limits are for each.",
    )
    drain_seconds: SecondsOrNone = setting(
        Group.PROCESSES,
        0.0,
        "停机时先报告不可用，再等多少秒才停止接受调用，好让负载均衡器先改道；"
        "最多共 drain_seconds + grace_seconds 秒结束。",
        "How long to report NOT_SERVING before calls are no longer accepted, so that balancers turn away first; the "
        "server has ended after drain_seconds + grace_seconds at most.",
    )
    grace_seconds: Seconds = setting(
        Group.PROCESSES,
        10.0,
        "停机时正在处理的调用最多还有多少秒。",
        "How long running calls may take to end when the server is stopped.",
    )
    decision_log: str | None = setting(
        Group.DECISIONS,
        None,
        "把每个答复记到哪里：文件名（每行一个 JSON），或 store（版本库的数据库）；不给则不记。",
        'Where every answer is kept: a file (lines of JSON), or "store" for the store\'s database; nowhere unless set.',
    )
    decision_log_when_full: Literal["drop", "block"] = setting(
        Group.DECISIONS,
        "drop",
        "来不及写时：drop 丢掉并计数，block 让调用等待。",
        "What happens when writing falls behind: answers are dropped and counted, or calls wait.",
    )
    decision_log_queue: Count = setting(
        Group.DECISIONS, 10_000, "最多多少个答复等着写。", "How many answers may wait to be written."
    )
    decision_log_personal: Literal["mask", "hash", "keep"] = setting(
        Group.DECISIONS,
        "mask",
        "个人信息：mask 遮盖，hash 换成带密钥的摘要，keep 原样保留（只有这样才能重演）。",
        "Personal fields: masked, replaced by a keyed hash, or kept; only answers that keep them can be repeated.",
    )
    decision_log_key: str | None = setting(
        Group.DECISIONS,
        None,
        "算摘要的密钥，至少 16 个字节。",
        "The key of the hash, 16 bytes or more.",
        secret=True,
    )
    max_noted_rows: CountOrNone = setting(
        Group.DECISIONS,
        10_000,
        "一次 EvaluateColumns 最多有多少行记入决策日志、参加旁路比对，在全部行中均匀取；其余的只计数；0 表示都不。"
        "每行在后台再决策一次。",
        "Of how many rows of one EvaluateColumns the decision log and shadows are told, spread evenly; the others are "
        "only counted; 0 is none. Each is decided once more, in the background.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting(
        Group.SIGHT, "info", "记录到哪一级。", "What is logged, from this level up."
    )
    log_format: Literal["text", "json"] = setting(
        Group.SIGHT,
        "text",
        "日志写成给人看的文本，还是一行一个 JSON。",
        "Whether the log is text for people, or one JSON object a line.",
    )
    access_log: bool = setting(
        Group.SIGHT,
        True,
        "每个调用记一行：方法、状态、用时、请求编号；从不记录输入。",
        "Log a line for each call: method, code, duration, request id; never what was asked.",
    )
    metrics_address: Address | None = setting(
        Group.SIGHT,
        None,
        "在此地址提供 Prometheus 指标（/metrics），“主机:端口”；不给则不提供。",
        "Where the metrics for Prometheus are given (/metrics), HOST:PORT; nowhere unless it is set.",
    )
    trace_endpoint: Url | None = setting(
        Group.SIGHT,
        None,
        "把跟踪发到此 OTLP/gRPC 收集器，如 http://127.0.0.1:4317；不给则不发送。",
        "The OTLP/gRPC collector that traces are sent to, such as http://127.0.0.1:4317; nowhere unless it is set.",
    )
    trace_ratio: Share = setting(
        Group.SIGHT,
        0.01,
        "没有上游跟踪的调用中，记录多大比例（0 到 1）；上游已决定的，跟随上游。",
        "The share (0 to 1) of calls that are traced where the caller has not decided it.",
    )
    metrics_max_rules: CountOrNone = setting(
        Group.SIGHT,
        1000,
        "最多多少条规则有各自的计数；其余的合在 _other 下。",
        "How many rules have a count of their own in the metrics; the others stand together as _other.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is given: a server made in a test or by another program never depends on the environment."""
        return (init_settings,)

    @model_validator(mode="after")
    def _agree(self) -> Self:
        faults = list(contradictions(self))
        if faults:
            text = "; ".join(fault.en for fault in faults)
            raise PydanticCustomError("contradictions", "{text}", {"text": text, "faults": faults})
        return self


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
