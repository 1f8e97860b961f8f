"""How much is taken at once, and how processes end."""

from __future__ import annotations

from pydantic_settings import BaseSettings

from decision_tables_server.setting_kinds import Count, CountOrNone, Group, Seconds, SecondsOrNone, setting


class BoundingSettings(BaseSettings):
    """How much is taken at once, and how processes end."""

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
