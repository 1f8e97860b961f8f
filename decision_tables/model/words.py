"""The words of the workbook's layout, Chinese and English, and what they stand for.

Each table maps the folded word to the canonical English name that the code uses.
"""

from __future__ import annotations

from decision_tables.text import folded
from decision_tables.values import FieldType

PROBLEM_LIST_TITLE = "检查结果 · Check results"
"""What cell A1 of the sheet says that an annotated workbook begins with; reading passes over such a sheet."""


def _words(**groups: str) -> dict[str, str]:
    """``name="中文 / english"`` groups as one table; underscores in names stand for blanks."""
    return {folded(word): name.replace("_", " ") for name, words in groups.items() for word in words.split(" / ")}


BLOCKS = _words(
    model="模型 / model",
    fields="字段 / fields",
    sources="依据 / sources",
    value_list="取值表 / value list",
    decision_table="决策表 / decision table",
    crosstab="交叉表 / crosstab",
    tests="测试 / tests",
    accepted="已知问题 / accepted",
)
MODEL_ROWS = _words(
    key="标识 / key",
    title="名称 / title",
    jurisdiction="辖区 / jurisdiction",
    currency="币种 / currency",
    time_zone="时区 / time zone",
    description="说明 / description",
    owner="负责人 / owner",
)
SOURCE_HEADERS = _words(
    id="编号 / id",
    title="标题 / title",
    number="文号 / number",
    publisher="发布机关 / publisher",
    date="日期 / date",
    url="网址 / url",
    note="备注 / note",
)
FIELD_HEADERS = _words(
    label="名称 / label",
    key="标识 / key",
    type="类型 / type",
    unit="单位 / unit",
    domain="取值 / domain",
    formula="计算 / formula",
    required="必填 / required",
    default="缺省 / default",
    description="说明 / description",
    personal="个人信息 / personal",
)
VALUE_HEADERS = _words(
    label="名称 / label",
    key="标识 / key",
    parent="上级 / parent",
    aliases="别名 / aliases",
    group_only="仅分组 / group only",
    effective_from="生效 / from",
    effective_until="失效 / until",
)
FROZEN_LIST = _words(frozen="固定 / 冻结 / frozen")
ACCEPTED_HEADERS = _words(code="编号 / code", cell="单元格 / cell", reason="理由 / reason")
TABLE_SETTINGS = _words(
    hit_policy="命中策略 / hit policy",
    prefer="优先依据 / prefer",
    effective_from="生效日期 / effective from",
    effective_until="失效日期 / effective until",
    blank="空白 / blank",
    completeness="完整性 / completeness",
    description="说明 / description",
    source="依据 / source",
)
CROSSTAB_ROWS = _words(rows="行条件 / rows", columns="列条件 / columns", result="结果 / result")
TABLE_BANDS = _words(
    rule="规则 / rule",
    condition="条件 / condition / conditions",
    result="结果 / result / results",
    priority="优先级 / priority",
    status="状态 / status",
    effective_from="生效 / from",
    effective_until="失效 / until",
    source="依据 / source",
    note="备注 / note",
)
CASE_BANDS = _words(case="用例 / case", given="输入 / given", expect="期望 / expect", note="备注 / note")
AS_OF_HEADERS = _words(as_of="基准日 / as of")
RULE_HEADERS = _words(rule="规则 / rule")
NO_VALUE = _words(none="无 / none")
TO_BE_FILLED_IN = _words(to_be_filled_in="待填 / to be filled in")
EXPECTED_STATUS = _words(no_match="无匹配 / no match", error="错误 / error")
HIT_POLICIES = {
    **{folded(letters): letters for letters in ("U", "A", "P", "F", "S", "R", "O", "C", "C+", "C<", "C>", "C#")},
    **_words(U="唯一 / unique", A="任一 / any", P="优先 / priority", F="首条 / first", S="最具体 / most specific"),
    **_words(R="按序 / rule order", O="按优先级输出 / output order", C="收集 / collect"),
    **_words(**{"C+": "求和 / sum", "C<": "最小 / min", "C>": "最大 / max", "C#": "计数 / count"}),
}
PREFERENCE_ORDERS = _words(smallest="小者优先 / smallest", largest="大者优先 / largest")
BLANKS = _words(any="任意 / any", ditto="同上 / ditto", null="无值 / null")
COMPLETENESS = _words(complete="完整 / complete", partial="部分 / partial")
STATUSES = _words(adopted="采用 / adopted", contested="存疑 / contested", noted="备查 / noted")
DEFAULT_RULE = _words(default="默认 / default")
TYPES = {folded(word): type_ for type_ in FieldType for word in (type_.value, type_.label)}

NOTE_STARTS = ("注", "备注", "说明", "note")
DITTO_MARKS = ("″", "〃")
"""Recognised before normalisation, which would turn them into primes."""
DITTO_WORDS = frozenset({"同上", "ditto"})
CALCULATION_STARTS = ("计算:", "calc:")


def chinese(table: dict[str, str], name: str) -> str:
    """The Chinese (first) word for a canonical name."""
    return next(word for word, meaning in table.items() if meaning == name)
