"""What one model works out in its own way between two tables: nobody whose result changes is missed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from decimal import Decimal

import pytest

from decision_tables import Comparison, Model, Refusal, diff
from decision_tables.checking import check_bytes
from decision_tables.engine import model_of
from decision_tables.evaluator.inputs import read_inputs
from decision_tables.evaluator.linear import Evaluation
from tests.support.books import book_from_text

POINTS = """
=== 积分
模型
标识 | points
名称 | 积分

字段
名称 | 标识 | 类型 | 取值 | 计算 | 缺省
社保月数 | months | 整数 | 0-600
违法次数 | offences | 整数 | 0-20 | | 0
社保分 | insured | 整数
加减分 | bonus | 整数
总分 | total | 整数 | | {total}
等级 | rank | 文本

决策表 | insured | 社保分
条件 | 结果
社保月数 | 社保分
<12 | 0
12-120 | 计算：INT([社保月数]/12)*6
>120 | 60

决策表 | bonus | 加减分
条件 | 结果
违法次数 | 加减分
0 | 0
1-2 | {fine}
≥3 | -50

决策表 | rank | 等级
条件 | < | 结果
总分 | 违法次数 | 等级
≥50 | ≤2 | 入户
≥50 | ≥3 | 排队
30-49 | - | 排队
<30 | - | 不合格
"""

LUMP = """
=== 工伤
模型
标识 | injury
名称 | 工伤

字段
名称 | 标识 | 类型 | 取值 | 计算
等级 | grade | 整数 | 1-3
工资 | wage | 金额 | ≥0
平均工资 | average | 金额 | ≥0
年龄 | age | 整数 | 0-100
基数 | base | 金额 | | MAX([工资],[平均工资]*60%)
月数 | months | 整数
补助 | lump | 金额

决策表 | months | 月数
条件 | 结果
等级 | 月数
1 | 27
2 | {months}
3 | 7

决策表 | lump | 补助
命中策略 | 优先
优先依据 | 补助 | {prefer}
条件 | < | 结果
年龄 | 月数 | 补助
- | >0 | 计算：[基数]*[月数]
{young} | >0 | 计算：[平均工资]*[月数]
"""

WATER = """
=== 水费
模型
标识 | water
名称 | 水费

字段
名称 | 标识 | 类型 | 取值
用水量 | usage | 小数 | 0-10000
用户 | user | 枚举 | user
水费 | water | 金额
污水费 | sewage | 金额

取值表 | user | 用户
名称 | 标识
居民 | home
学校 | school

决策表 | water | 水费
条件 | 结果
用户 | 水费
居民 | 计算：SLICE([用水量],0,180)*2.5+SLICE([用水量],180)*{rate}
学校 | 计算：[用水量]*2.8
"""

CROSS = """
=== 护理
模型
标识 | care
名称 | 护理

取值表 | care | 依赖
名称 | 标识
完全 | full
部分 | part

字段
名称 | 标识 | 类型 | 取值
等级 | grade | 整数 | 1-10
依赖 | care | 枚举 | care
比例 | share | 比例

"""

ROWS = (
    CROSS + "交叉表 | share | 比例\n行条件 | 依赖\n列条件 | 等级\n结果 | 比例\n"
    "| {low} | {high}\n完全 | 50% | 0%\n部分 | 30% | 0%\n"
)
COLUMNS = (
    CROSS + "交叉表 | share | 比例\n行条件 | 等级\n列条件 | 依赖\n结果 | 比例\n"
    "| 完全 | 部分\n满1不满5 | 50% | {share}\n满5不满11 | 0% | 0%\n"
)


def model(text: str) -> Model:
    return model_of(check_bytes(book_from_text(text)), allow_failing_tests=True)


def outcome(side: Model, inputs: Mapping[str, object], table: str) -> object:
    try:
        decision = side.evaluate(inputs, table=table)
    except Refusal:
        return "refused"
    return decision.status, decision.results


def included(comparison: Comparison, inputs: Mapping[str, object], sides: tuple[Model, Model]) -> bool:
    """Whether some region holds the person, each demand asked of the side that works the value out."""

    def worked_out(side: Model, key: str) -> object:
        given = read_inputs(dict(inputs), side._index, comparison.changes[0].new_as_of)
        return Evaluation(side._index, given, comparison.changes[0].new_as_of).value(key)

    return any(
        all(demand.admits(worked_out(sides[demand.side or 0], demand.field.key)) for demand in change.demands)  # type: ignore[arg-type]
        for change in comparison.changes
    )


def people(**domain: list[object]) -> Iterator[dict[str, object]]:
    for values in itertools.product(*domain.values()):
        yield {key: value for key, value in zip(domain, values, strict=True) if value is not None}


def assert_names_just_those(old: Model, new: Model, table: str, **domain: list[object]) -> Comparison:
    found = diff(old, new, table=table)
    for change in found.changes:
        for side, told in ((old, change.old), (new, change.new)):
            assert outcome(side, change.example, table) == (told.status, told.results)
    for person in people(**domain):
        differs = outcome(old, person, table) != outcome(new, person, table)
        assert included(found, person, (old, new)) == differs, person
    return found


@pytest.mark.parametrize("fine", [-10, -16])
@pytest.mark.parametrize("total", ["[社保分]+[加减分]", "[加减分]+[社保分]*1"])
def test_a_sum_between_tables_whose_formula_or_parts_changed(total: str, fine: int) -> None:
    old = model(POINTS.format(total="[社保分]+[加减分]", fine=-15))
    new = model(POINTS.format(total=total, fine=fine))
    months: list[object] = [0, 11, 12, 71, 72, 83, 84, 95, 96, 107, 108, 119, 120, 121, 600]
    assert_names_just_those(old, new, "rank", months=months, offences=[None, 0, 1, 2, 3, 20])


def test_a_demand_on_what_one_side_works_out_has_words_and_a_name_of_its_own() -> None:
    old = model(POINTS.format(total="[社保分]+[加减分]", fine=-15))
    new = model(POINTS.format(total="[加减分]+[社保分]*1", fine=-10))
    for change in diff(old, new, table="rank").changes:
        sided = [demand for demand in change.demands if demand.side is not None]
        assert all(demand.shown.zh.strip() for demand in change.demands)
        readings = change.as_json()["region_readings"]
        assert all(f"{('old', 'new')[d.side or 0]}:{d.field.key}" in readings for d in sided if not d.present)


@pytest.mark.parametrize("change", [{"months": 13}, {"prefer": "小者优先"}, {"young": "<17"}])
def test_rules_ranked_by_a_computed_result(change: dict[str, object]) -> None:
    plain: dict[str, object] = {"months": 11, "prefer": "大者优先", "young": "<18"}
    old, new = model(LUMP.format(**plain)), model(LUMP.format(**plain | change))
    found = diff(old, new, table="lump")
    amounts: list[object] = [Decimal(1000), Decimal(9000)]
    for person in people(grade=[1, 2, 3], wage=amounts, average=[Decimal(2000), Decimal(8000)], age=[16, 17, 18]):
        if outcome(old, person, "lump") != outcome(new, person, "lump"):
            assert included(found, person, (old, new)), person


@pytest.mark.parametrize("rate", ["4", "3.5"])
def test_a_rate_beyond_a_bound_of_a_decimal_changes_nobody_below_it(rate: str) -> None:
    old, new = model(WATER.format(rate="3.75")), model(WATER.format(rate=rate))
    usage: list[object] = [Decimal(n) for n in ("0", "100", "179.99", "180", "180.1", "181", "10000")]
    found = assert_names_just_those(old, new, "water", usage=usage, user=["home", "school"])
    assert not found.exact


def test_bounds_written_otherwise_and_a_turned_crosstab_are_no_change_of_cells() -> None:
    rows = model(ROWS.format(low="1-4", high="5-10"))
    assert not diff(rows, model(ROWS.format(low="<5", high="≥5"))).changes
    assert not diff(rows, model(COLUMNS.format(share="30%"))).cells


def test_a_cell_of_a_turned_crosstab_is_found_by_its_region() -> None:
    found = diff(model(ROWS.format(low="1-4", high="5-10")), model(COLUMNS.format(share="40%"))).cells
    assert [(cell.kind, cell.old and cell.old.zh, cell.new and cell.new.zh) for cell in found] == [
        ("result", "30%", "40%")
    ]
