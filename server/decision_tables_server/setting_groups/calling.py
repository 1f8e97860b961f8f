"""Who may call, and what is published through the server."""

from __future__ import annotations

from pydantic_settings import BaseSettings

from decision_tables_server.setting_kinds import (
    Algorithms,
    Count,
    File,
    FileOrUrl,
    Group,
    OpenServices,
    Seconds,
    SecondsOrNone,
    setting,
)


class CallingSettings(BaseSettings):
    """Who may call, and what is published through the server."""

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
