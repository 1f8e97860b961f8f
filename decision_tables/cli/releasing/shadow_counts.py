"""``decision-tables shadow MODEL --counts``: what a server has found by a release that answers unseen.

The counts are kept by each process of a server and not in the store, to which servers may have no right to write.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from decision_tables.cli import locks
from decision_tables.cli.releasing.session import Unusable, Usage, print_result
from decision_tables.cli.target import asked
from decision_tables.text import Bilingual

if TYPE_CHECKING:
    from decision_tables_client import Client


def show_counts(arguments: argparse.Namespace) -> int:
    """0 if the server could be asked, whatever it has found."""
    if arguments.target is None:
        raise Usage(
            "计数由各服务器进程自己保存：用 --target 主机:端口 指明问哪一个（全部的合计在监控指标里）",
            "each process of a server keeps its own counts: name one by --target HOST:PORT (the metrics have them all)",
        )
    model = arguments.release.partition("#")[0]
    try:
        with asked(arguments) as client:
            found = _found(client, model)
    except locks.Unusable as unusable:
        zh, en = unusable.message.zh, unusable.message.en
        raise (Unusable if unusable.code == 1 else Usage)(zh, en) from unusable
    print_result(arguments, {"target": arguments.target, **found}, *_lines(found, arguments))
    return 0


def _found(client: Client, model: str) -> dict[str, Any]:
    answer = client.shadows(model)
    return {
        "model": model,
        "shadows": [
            {
                "release": each.release,
                "percent": each.percent,
                "same": each.same_count,
                "different": each.different_count,
                "failed": each.failed_count,
                "samples": [json.loads(text) for text in each.samples],
            }
            for each in answer.shadows
        ],
        "dropped": answer.dropped_count,
        "skipped": answer.skipped_count,
    }


def _lines(found: dict[str, Any], arguments: argparse.Namespace) -> Iterator[Bilingual]:
    target = arguments.target
    yield Bilingual(f"{target} 上应答的那个进程自启动以来：", f"The process that answers at {target}, since it began:")
    if not found["shadows"]:
        yield Bilingual(f"  {found['model']} 没有旁路比对。", f"  {found['model']} has no shadow.")
    for each in found["shadows"]:
        yield from _of_shadow(each, arguments.samples)
    if found["dropped"] or found["skipped"]:
        yield Bilingual(
            f"  没有比对的（所有模型）：来不及的 {found['dropped']}，成列调用中超出限度的 {found['skipped']} 行",
            f"  not compared, of all models: {found['dropped']} that found too many waiting, "
            f"{found['skipped']} rows of columns beyond the bound",
        )


def _of_shadow(each: dict[str, Any], most: int) -> Iterator[Bilingual]:
    name, percent, same, different = each["release"], each["percent"], each["same"], each["different"]
    share = Bilingual(f"{percent}% 的请求", f"{percent}% of the calls") if percent else Bilingual("已结束", "ended")
    yield Bilingual(
        f"  {name}（{share.zh}）：相同 {same}，不同 {different}，出错 {each['failed']}",
        f"  {name} ({share.en}): {same} the same, {different} different, {each['failed']} failed",
    )
    for sample in each["samples"][: max(0, most)]:
        question = json.dumps({name: sample.get(name) for name in ("table", "as_of", "inputs")}, ensure_ascii=False)
        was, would = (json.dumps(_outcome(one), ensure_ascii=False) for one in (sample, sample.get("shadow", {})))
        yield Bilingual(f"    {question}", f"    {question}")
        yield Bilingual(f"      现在 {was}，它会答 {would}", f"      now {was}, it would answer {would}")


def _outcome(answer: dict[str, Any]) -> Any:
    decision = answer.get("decision")
    return decision.get("results") if decision else answer.get("error", {}).get("reason")
