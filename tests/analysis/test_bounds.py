"""Tables of many yes-or-no columns, whose inputs are too many to be tried, are analysed soon."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from decision_tables.checking import check_bytes
from tests.support.books import book_from_text

SECONDS = 2.0
COLUMNS = 30


def reasons(policy: str, results: tuple[str, ...]) -> str:
    """A table whose n-th row asks for yes in the n-th column only; the rows take turns in the results."""
    names = [f"b{number}" for number in range(COLUMNS)]
    fields = "\n".join(f"{name} | {name} | 是否" for name in names)
    rows = "\n".join(
        " | ".join([*("是" if at == row else "" for at in range(COLUMNS)), results[row % len(results)]])
        for row in range(COLUMNS)
    )
    return f"""=== 词汇
模型
标识 | reasons

字段
名称 | 标识 | 类型
{fields}
结论 | outcome | 整数
=== 规则
决策表 | outcome | 结论
命中策略 | {policy}
完整性 | 部分
{" | ".join(["条件", *["<"] * (COLUMNS - 1)])} | 结果
{" | ".join(names)} | 结论
{rows}
"""


@pytest.mark.parametrize(
    ("policy", "results", "code", "pairs"),
    [
        ("唯一", ("1",), "DT801", COLUMNS * (COLUMNS - 1) // 2),
        ("任一", ("1",), "DT802", 0),
        ("任一", ("1", "2"), "DT802", COLUMNS**2 // 4),
        ("优先\n优先依据 | outcome | 小者优先", ("1", "2"), "DT803", 0),
        ("最具体", ("1", "2"), "DT804", COLUMNS * (COLUMNS - 1) // 2),
        ("首条", ("1", "2"), "DT801", 0),
        ("收集", ("1", "2"), "DT801", 0),
    ],
)
def test_every_pair_of_rules_that_may_not_meet_is_found(
    policy: str, results: tuple[str, ...], code: str, pairs: int
) -> None:
    content = book_from_text(reasons(policy, results))
    start = time.process_time()
    problems = check_bytes(content).problems
    assert time.process_time() - start < SECONDS
    counts = Counter(problem.code for problem in problems)
    more = sum(int(str(problem.arguments["count"])) for problem in problems if problem.code == "DT805")
    assert counts[code] + more == pairs
    assert counts["DT890"] == 0
