"""The sentences and headings of an impact, the same on the terminal, on the page and in the workbook."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from decision_tables.impact.figures import Impact
from decision_tables.text import Bilingual
from decision_tables.values import plain

TITLE = Bilingual("影响测算", "Impact")
TOTALS = Bilingual("合计（新旧都能得出结果的人）", "Totals (rows that both workbooks answer)")
MOVES = Bilingual("从多少到多少", "From what to what")
BARS = Bilingual("变动幅度与人数", "Rows by how much they move")
GROUPS = Bilingual("分组", "Groups")
REFUSALS = Bilingual("不能得出结果的行", "Rows that cannot be answered")
OTHERS = Bilingual("其他", "others")
EMPTY = Bilingual("（空）", "(blank)")

TOTAL_HEADINGS = (
    Bilingual("结果", "result"),
    Bilingual("原来", "old"),
    Bilingual("现在", "new"),
    Bilingual("差额", "difference"),
    Bilingual("增加的行", "rows that rise"),
    Bilingual("减少的行", "rows that fall"),
)
MOVE_HEADINGS = (
    Bilingual("原来", "old"),
    Bilingual("现在", "new"),
    Bilingual("行数", "rows"),
    Bilingual("每行差额", "difference each"),
    Bilingual("例（行号）", "example (row)"),
)
GROUP_HEADINGS = (
    Bilingual("行数", "rows"),
    Bilingual("有变化", "changed"),
    Bilingual("原来合计", "old total"),
    Bilingual("现在合计", "new total"),
    Bilingual("差额", "difference"),
)
REFUSAL_HEADINGS = (
    Bilingual("哪份", "which"),
    Bilingual("原因", "reason"),
    Bilingual("说明", "message"),
    Bilingual("行数", "rows"),
    Bilingual("例（行号）", "example (row)"),
)
BAR_HEADINGS = (Bilingual("变动", "difference"), Bilingual("行数", "rows"))

SIDES = {
    "old": Bilingual("旧", "old"),
    "new": Bilingual("新", "new"),
    "both": Bilingual("新旧", "both"),
}


def amount(number: Decimal) -> str:
    """A number with thousands marks."""
    text = plain(number)
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}" if whole != "-0" else text


def signed(number: Decimal) -> str:
    """A difference with its sign."""
    return f"+{amount(number)}" if number > 0 else amount(number)


def share(part: int, whole: int) -> str:
    """A part in percent, to one decimal."""
    return f"{Decimal(part) * 100 / Decimal(whole):.1f}%" if whole else "0%"


def summary(impact: Impact) -> Iterator[Bilingual]:
    """The main figures, a sentence each."""
    rows, changed = impact.rows, impact.changed
    yield Bilingual(
        f"共 {rows:,} 行：{changed:,} 行有变化（{share(changed, rows)}），{impact.same:,} 行不变，"
        f"{impact.refused:,} 行不能得出结果。",
        f"{rows:,} rows: {changed:,} change ({share(changed, rows)}), {impact.same:,} do not, "
        f"{impact.refused:,} cannot be answered.",
    )
    main = impact.main_totals
    if main is not None:
        yield Bilingual(
            f"{main.label}合计 {amount(main.old)} → {amount(main.new)}，差额 {signed(main.difference)}{main.unit}。",
            f"{main.label} in total {amount(main.old)} → {amount(main.new)}, by {signed(main.difference)}.",
        )
    if impact.old_as_of == impact.new_as_of:
        yield Bilingual(f"基准日 {impact.new_as_of}。", f"As of {impact.new_as_of}.")
    else:
        yield Bilingual(
            f"旧工作簿按 {impact.old_as_of}，新工作簿按 {impact.new_as_of}。",
            f"The old workbook as of {impact.old_as_of}, the new one as of {impact.new_as_of}.",
        )
    if impact.blank:
        yield Bilingual(f"另有 {impact.blank:,} 个空行。", f"Another {impact.blank:,} rows are blank.")
    yield from impact.notes
