"""What the template tells the person who fills it in: comments for its cells, and the guide's sheet."""

from __future__ import annotations

from collections.abc import Mapping

from decision_tables.text import Bilingual
from decision_tables.values import FieldType

BLOCKS: Mapping[str, Bilingual] = {
    "model": Bilingual("模型：写一次，说明整个工作簿是什么。", "Model: once; says what the whole workbook is."),
    "sources": Bilingual("依据：每行一份法规或政策文件。", "Sources: one law or policy document a row."),
    "fields": Bilingual("字段：每行一个输入、推算值或结果。", "Fields: one input, derived value or result a row."),
    "value list": Bilingual(
        "取值表：B 列是标识，C 列是名称；下面每行一个值。要再加一张表，空一行后照样另起。",
        "Value list: its key in B, its label in C, one value a row below. Another list: leave a row, start again.",
    ),
    "decision table": Bilingual(
        "决策表：B 列是标识，C 列是名称；下面先是设置，再是分栏行、表头行，然后每行一条规则。",
        "Decision table: its key in B, its title in C; then settings, the row of bands, the header row, the rules.",
    ),
    "crosstab": Bilingual(
        "交叉表：B 列是标识，C 列是名称；下面先是设置，再是行条件、列条件、结果，然后是表格本身。",
        "Crosstab: its key in B, its title in C; then settings, rows, columns, result, and the grid itself.",
    ),
    "tests": Bilingual(
        "测试：B 列空白时问整个模型，写一张表的标识时只问这张表。",
        "Tests: the whole model is asked where B is empty, one table where B has its key.",
    ),
    "accepted": Bilingual("已知问题：已经确认没有问题的警告。", "Accepted: warnings that were found to be fine."),
}
MODEL_ROWS: Mapping[str, Bilingual] = {
    "key": Bilingual(
        "小写英文字母、数字和下划线，如 summer_care。发布后不要再改。",
        "Lower-case letters, digits and underscores. Never change it once it is published.",
    ),
    "title": Bilingual("给人看的名称，可以随时改。", "The name for people; may change at any time."),
    "jurisdiction": Bilingual("适用的地区。", "The place where the rules apply."),
    "currency": Bilingual("三个大写字母，空白为 CNY（人民币）。", "Three capital letters; CNY if left out."),
    "time zone": Bilingual("空白为 Asia/Shanghai（北京时间）。", "Asia/Shanghai if left out."),
    "owner": Bilingual("出了问题找谁。", "Whom to ask."),
    "description": Bilingual("随便写。", "Free text."),
}
SOURCE_HEADERS: Mapping[str, Bilingual] = {
    "id": Bilingual("简短的编号，如 S1，规则用它引用。", "A short id such as S1, by which rules cite it."),
    "title": Bilingual("文件的标题。", "The document's title."),
    "number": Bilingual("文号，如 示教发〔2026〕3号。", "The document's number."),
    "publisher": Bilingual("发布机关。", "Who published it."),
    "date": Bilingual("发布日期。", "When it was published."),
    "url": Bilingual("网址，可以空白。", "Its address, if there is one."),
    "note": Bilingual("随便写。", "Free text."),
}
FIELD_HEADERS: Mapping[str, Bilingual] = {
    "label": Bilingual("给人看的名称，表头、公式里都用它。", "The name for people, used in headers and formulas."),
    "key": Bilingual(
        "小写英文字母、数字和下划线，如 birth_date。别的系统按它调用，发布后不要再改。",
        "Lower-case letters, digits and underscores. Other systems call by it: never change it once published.",
    ),
    "type": Bilingual(
        "从下拉列表选。金额精确到分；枚举取一个值，多选取几个值，都要有取值表。",
        "Choose from the list. 文本 text, 整数 integer, 小数 decimal, 金额 money, 比例 percent, 日期 date, "
        "是否 boolean, 枚举 enum (one value of a list), 多选 set (several).",
    ),
    "unit": Bilingual("如 元、周岁、天、年；条件里可以带着写。", "Such as 元, 周岁, 天, 年; conditions may carry it."),
    "domain": Bilingual(
        "枚举、多选：取值表的标识。数字、日期：允许的范围，如 0-120。其他空白。",
        "Enum and set: the key of the value list. Numbers and dates: the range, such as 0-120. Otherwise empty.",
    ),
    "formula": Bilingual(
        "推算的字段写公式，如 周岁(出生日期, 基准日)；前面不要加等号。",
        "A derived field has a formula such as 周岁(出生日期, 基准日), without an equals sign.",
    ),
    "required": Bilingual("“是”：需要它而没有给时拒绝回答。", "是: refused where it is needed and missing."),
    "default": Bilingual("没有给时用的值。", "The value where none is given."),
    "description": Bilingual("随便写。", "Free text."),
    "personal": Bilingual("“是”：个人信息，日志里遮盖。", "是: personal data, masked in logs."),
}
VALUE_HEADERS: Mapping[str, Bilingual] = {
    "label": Bilingual("值的名称，条件里就这样写。", "The value's name, as conditions write it."),
    "key": Bilingual(
        "小写英文字母、数字和下划线；发布后不要再改。", "Lower-case letters, digits, underscores; never changes."
    ),
    "parent": Bilingual(
        "上一级的值；条件写上级时也包括它。", "The value above; a condition on that one covers this one."
    ),
    "aliases": Bilingual("别的说法，用顿号分开。", "Other names, divided by 、 or ;"),
    "group only": Bilingual("“是”：只用来归类，本身不能作为输入。", "是: only groups others, is no input itself."),
    "effective from": Bilingual("从这一天起可以用；空白不限。", "Usable from this day on; open if empty."),
    "effective until": Bilingual(
        "到这一天为止（含当天）；空白不限。", "Usable up to this day, inclusive; open if empty."
    ),
}
SETTINGS: Mapping[str, Bilingual] = {
    "hit policy": Bilingual(
        "几条规则同时命中时怎么办：唯一 = 不允许；首条 = 取最上面一条；优先 = 取优先级数字最小的；"
        "最具体 = 取条件最窄的；任一 = 结果必须相同；按序、收集 = 全部列出；求和、最小、最大、计数 = 汇总。",
        "What several matches mean. 唯一 unique, 首条 first, 优先 priority, 最具体 most specific, "
        "任一 any (all agree), 按序 rule order, 按优先级输出 output order, 收集 collect, "
        "求和 sum, 最小 min, 最大 max, 计数 count.",
    ),
    "effective from": Bilingual("整张表从这一天起有效；空白不限。", "The table is in force from this day on."),
    "effective until": Bilingual("到这一天为止（含当天）；空白不限。", "In force up to this day, inclusive."),
    "blank": Bilingual(
        "空白的条件单元格是什么意思：任意（不限）、同上、无值。",
        "What an empty condition cell means: 任意 any, 同上 ditto, 无值 null.",
    ),
    "completeness": Bilingual(
        "完整：每种情况都要有规则，漏了会警告；部分：没有规则命中是正常的。",
        "完整 complete: a gap is reported. 部分 partial: no match is a normal outcome.",
    ),
    "source": Bilingual("整张表的依据编号。", "The sources of the whole table."),
    "description": Bilingual("随便写。", "Free text."),
}
CROSSTAB_ROWS: Mapping[str, Bilingual] = {
    "rows": Bilingual("左边各列是哪些字段，一格一个。", "The fields of the columns at the left, one a cell."),
    "columns": Bilingual("上边各行是哪些字段，一格一个。", "The fields of the rows at the top, one a cell."),
    "result": Bilingual("中间的格子是哪个字段的值。", "The field whose values stand inside."),
}
TABLE_BANDS: Mapping[str, Bilingual] = {
    "rule": Bilingual(
        "规则的编号，不能重复；写“默认”的一行在其他规则都不命中时使用。",
        "The rule's id, unique; the row 默认 (default) applies when no other does.",
    ),
    "condition": Bilingual("下一行写字段名称，一列一个字段。", "Below: the field's name, one field a column."),
    "result": Bilingual("下一行写结果的字段名称。", "Below: the result's field name."),
    "priority": Bilingual("数字小的优先。", "The smallest number goes first."),
    "status": Bilingual(
        "采用；存疑（有效，但每次说明）；备查（不起作用，只作对照）。",
        "采用 adopted; 存疑 contested (decides, and says so); 备查 noted (never decides).",
    ),
    "effective from": Bilingual("这条规则从这一天起有效。", "The rule is in force from this day on."),
    "effective until": Bilingual("到这一天为止（含当天）。", "In force up to this day, inclusive."),
    "source": Bilingual(
        "依据编号，可以加条款，如 S1 第二条。", "Source ids, each with a place if you like: S1 第二条."
    ),
    "note": Bilingual("随便写。", "Free text."),
}
CASE_BANDS: Mapping[str, Bilingual] = {
    "case": Bilingual("用例的名称。", "The case's name."),
    "given": Bilingual("下一行写输入的字段名称，也可以有“基准日”。", "Below: names of inputs, and 基准日 (as of)."),
    "expect": Bilingual(
        "下一行写结果的字段名称，也可以有“规则”。期望可以是值、无、无匹配、错误。",
        "Below: names of results, and 规则 (rule). Expect a value, 无 (none), 无匹配 (no match) or 错误 (error).",
    ),
    "note": Bilingual("随便写。", "Free text."),
}
ACCEPTED_HEADERS: Mapping[str, Bilingual] = {
    "code": Bilingual("检查报告里的编号，如 DT831。", "The code in the report, such as DT831."),
    "cell": Bilingual("检查报告里的单元格，如 收费!A1。", "The cell in the report, such as 收费!A1."),
    "reason": Bilingual("为什么没有问题。", "Why it is fine."),
}
_NUMBERS = Bilingual(
    "可以写：60　18-59　60以上　不满18　满18不满60　0-7、60以上　不限。空白 = 不限（见“空白”设置）。",
    "Write: 60, 18-59, 60以上 (≥60), 不满18 (<18), >=18 and <60, 0-7、60以上 (either), 不限 (any).",
)
CONDITIONS: Mapping[FieldType, Bilingual] = {
    **dict.fromkeys((FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY), _NUMBERS),
    FieldType.PERCENT: Bilingual(
        "可以写：70%　50%以上　10-20%　不限。", "Write: 70%, 50%以上 (≥50%), 10-20%, 不限 (any)."
    ),
    FieldType.DATE: Bilingual(
        "可以写：2026-07-01　2026年7月　2026年7月1日起　2026-07-01至2026-08-31　不限。",
        "Write: 2026-07-01, 2026年7月, 2026年7月1日起 (from), 2026-07-01 to 2026-08-31, 不限 (any).",
    ),
    FieldType.BOOLEAN: Bilingual("是、否，或不限。", "是 (yes), 否 (no) or 不限 (any)."),
    FieldType.ENUM: Bilingual(
        "取值表里的名称；几个用顿号分开；“除外地外”“非外地”表示除外；不限。",
        "Names of the value list; several divided by 、; 除外地外 or 非外地 excludes; 不限 (any).",
    ),
    FieldType.SET: Bilingual(
        "A、B = 有其中任何一个；同时A、B = 都有；非A = 没有；仅A = 只有；空 = 一个也没有；不限。",
        "A、B: any of them; 同时A、B: all; 非A: without; 仅A: only; 空: none at all; 不限 (any).",
    ),
    FieldType.TEXT: Bilingual(
        "文字本身；以X开头；包含X；非X；不限。", "The text itself; 以X开头 (starts with); 包含X (contains)."
    ),
}

GUIDE_SHEET = "使用说明 Guide"
GUIDE_TITLE = Bilingual("决策表模板：怎样填", "Decision table template: how to fill it in")
GUIDE: tuple[tuple[Bilingual, tuple[Bilingual, ...]], ...] = (
    (
        Bilingual("开始", "Begin"),
        (
            Bilingual(
                "每张表里已有一个小示例（暑期托管收费），能通过检查。先看懂它，再改成自己的内容；用不到的表整张删除。",
                "Every sheet holds a small example (summer day-care fees) that checks clean. Read it, then put your "
                "own rules in its place; delete sheets that you do not need.",
            ),
            Bilingual(
                "按顺序填：模型 → 字段 → 取值表 → 决策表或交叉表 → 测试。鼠标停在表头的红角上，会看到这一列怎样填。",
                "Fill in this order: model, fields, value lists, tables, tests. Point at the red corner of a header to "
                "see what goes below it.",
            ),
            Bilingual(
                "有下拉箭头的单元格可以选；条件单元格除了选，也可以自己写，如“本市、外地”。",
                "Cells with an arrow offer a choice; in conditions you may also write your own, such as 本市、外地.",
            ),
        ),
    ),
    (
        Bilingual("检查", "Check"),
        (
            Bilingual(
                "保存以后运行：decision-tables check 文件名.xlsx。每个问题都指明单元格，并说明怎样改。",
                "Save, then run: decision-tables check FILE.xlsx. Every problem names its cell and what to do.",
            ),
            Bilingual(
                "错误必须改正；警告请看一看，确认没有问题的登记到“已知问题”。",
                "Errors must be corrected; look at warnings, and list under 已知问题 those that are fine.",
            ),
            Bilingual(
                "想知道一个条件被读成什么：decision-tables read 文件名.xlsx。",
                "To see how a condition was understood: decision-tables read FILE.xlsx.",
            ),
        ),
    ),
    (
        Bilingual("请记住", "Please remember"),
        (
            Bilingual(
                "A 列的关键词（模型、字段、决策表……）是一块内容的开头，不要改动；到下一个关键词为止都属于这一块。",
                "The keywords in column A begin a block; leave them alone. A block ends where the next one begins.",
            ),
            Bilingual(
                "行可以插入、删除、移动；空行没有意义；颜色、边框、列宽随意。",
                "Insert, delete and move rows as you like; blank rows, colours, borders and widths mean nothing.",
            ),
            Bilingual(
                "“以上”“以下”“以内”包含本数，“不满”“超过”不包含，和民法典一致；要改变就写（含）或（不含）。",
                "以上, 以下, 以内 include the number, 不满 and 超过 exclude it; （含） or （不含） says otherwise.",
            ),
            Bilingual(
                "标识（英文）发布后不能改，名称（中文）可以随时改。",
                "Keys never change once published; labels may change at any time.",
            ),
            Bilingual(
                "空白的条件是“不限”，空白的结果是“没有值”，不是 0。",
                "An empty condition matches everything, an empty result is no value; neither is zero.",
            ),
            Bilingual(
                "以“注”或“Note”开头、独占一行的单元格是注释，可以删除。",
                "A cell alone in its row that begins with 注 or Note is a remark and may be deleted.",
            ),
        ),
    ),
    (
        Bilingual("下一年", "Next year"),
        (
            Bilingual(
                "每年换一次的政策：decision-tables template --from 今年.xlsx --out 明年.xlsx。"
                "日期顺延，金额和比例清空待填，改动逐条列出。",
                "Where rules change every year: decision-tables template --from THIS.xlsx --out NEXT.xlsx. "
                "Dates move on, amounts and rates are emptied to be filled in, and every change is listed.",
            ),
        ),
    ),
)
