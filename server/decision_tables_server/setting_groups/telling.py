"""What is kept of answers, and what an operator sees."""

from __future__ import annotations

from typing import Literal

from pydantic_settings import BaseSettings

from decision_tables_server.setting_kinds import Address, Count, CountOrNone, Group, Share, Url, setting


class TellingSettings(BaseSettings):
    """What is kept of answers, and what an operator sees."""

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
