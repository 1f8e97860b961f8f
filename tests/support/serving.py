"""A small model of its own topic, and a real server for it on a real socket."""

from __future__ import annotations

import contextlib
import os
import pathlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from decision_tables_server.app import DecisionServer
from decision_tables_server.settings import Settings

from tests.support.books import book_from_text

POLL_SECONDS = 0.02

POOL = """
=== 词汇
模型
标识 | pool_fees
名称 | 游泳馆收费
辖区 | 示例区
说明 | 票价与提示
负责人 | 体育科

依据
编号 | 标题 | 文号
S1 | 游泳馆收费办法 | 示体〔2024〕2号
S2 | 入馆须知 |

字段
名称 | 标识 | 类型 | 单位 | 取值 | 必填 | 缺省 | 说明
年龄 | age | 整数 | 岁 | 0-120 | 是 | | 入馆当天的周岁
证件 | cards | 多选 | | card
住址 | home | 枚举 | | area
团体 | group | 是否
入馆日 | visit_day | 日期
人数 | persons | 整数 | 人 | 0-100
预付款 | deposit | 金额 | 元 | | | 0
税率 | rate | 比例
身高 | height | 小数 | 米
备注 | remark | 文本
票种 | ticket | 枚举 | | ticket
票价 | price | 金额 | 元
折扣 | discount | 比例
提示 | notice | 文本
人均 | share | 金额 | 元

取值表 | card | 证件
名称 | 标识 | 别名 | 失效
学生证 | student | | 2025-12-31
残疾证 | disabled | 残疾人证
月卡 | monthly

取值表 | area | 住址
名称 | 标识 | 上级 | 仅分组
示例省 | province | | 是
示例区 | district | 示例省 |
外地 | elsewhere

取值表 | ticket | 票种
名称 | 标识
儿童票 | child
成人票 | adult
老人票 | senior

=== 收费
决策表 | ticket | 票种
命中策略 | 唯一
规则 | 条件 | 结果 | 依据
编号 | 年龄 | 票种 | 依据
T1 | 不满14岁 | 儿童票 | S1 第二条
T2 | 14-59 | 成人票 | S1 第二条
T3 | 满60岁 | 老人票 | S1 第二条

决策表 | price | 票价
命中策略 | 首条
生效日期 | 2025-01-01
规则 | 条件 | < | < | 结果 | < | 状态 | 依据
编号 | 票种 | 住址 | 证件 | 票价 | 折扣 | | 依据
P1 | | | 残疾证 | 0 | 0% | | S1 第三条
P2 | 儿童票、老人票 | | | 15.50 | 50% | | S1 第四条
P3 | 成人票 | 示例区 | | 30 | 无 | | S1 第五条
P3b | 成人票 | 示例区 | | 28 | 无 | 备查 | S2
默认 | | | | 36 | 无 | | S1 第六条

决策表 | notice | 提示
命中策略 | 按序
完整性 | 部分
条件 | 结果
年龄 | 提示
不满14岁 | 须有成人陪同
不满7岁 | 限浅水池

决策表 | share | 人均
条件 | 结果
人数 | 人均
0-100 | 计算：100 / 人数

=== 测试
测试
用例 | 输入 | < | < | 期望
名称 | 基准日 | 年龄 | 住址 | 票价
本区成人 | 2025-06-01 | 30 | 示例区 | 30
"""
"""Small, and with every type of field, a value list of each kind, two hit policies and a table that starts in 2025."""

BROKEN_POOL = POOL.replace("14-59", "14-")
"""A version that cannot be used: the range in the second rule of the first table has no end."""


def pool_book(price: str = "30", key: str = "pool_fees") -> bytes:
    """The model's workbook, with the price that an adult of the district pays, in its table and in its test."""
    text = POOL.replace("30 | 无", f"{price} | 无").replace("示例区 | 30", f"示例区 | {price}")
    return book_from_text(text.replace("pool_fees", key))


def put(path: pathlib.Path, content: bytes) -> None:
    """Replace a file as office programs do: written beside it, then renamed over it."""
    beside = path.with_name(f"{path.name}.tmp")
    beside.write_bytes(content)
    os.replace(beside, path)


@contextlib.contextmanager
def running(
    folder: pathlib.Path, *, max_message_bytes: int = 1 << 20, grace_seconds: float = 2, **settings: Any
) -> Iterator[DecisionServer]:
    """A server of the workbooks in a folder, on a free port of this machine; any other setting as given."""
    server = DecisionServer(
        Settings(
            workbooks=folder,
            address="127.0.0.1:0",
            poll_seconds=POLL_SECONDS,
            grace_seconds=grace_seconds,
            max_message_bytes=max_message_bytes,
            **settings,
        )
    )
    server.start()
    try:
        yield server
    finally:
        server.drain()


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until a thing holds; fail after ten seconds."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in ten seconds"
        time.sleep(POLL_SECONDS / 2)


@contextlib.contextmanager
def running_store(address: str, **changed: Any) -> Iterator[DecisionServer]:
    """A server of a store, on a free port of this machine."""
    defaults: dict[str, Any] = {"address": "127.0.0.1:0", "store_poll_seconds": 0.1, "grace_seconds": 2}
    server = DecisionServer(Settings(store=address, **{**defaults, **changed}))
    server.start()
    try:
        yield server
    finally:
        server.drain()
