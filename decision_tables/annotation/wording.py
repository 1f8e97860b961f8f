"""The words around the problems, in both languages, the reader's own language first."""

from __future__ import annotations

from decision_tables.problems import Severity
from decision_tables.text import Bilingual

SEVERITIES = {
    Severity.ERROR: Bilingual("错误", "error"),
    Severity.WARNING: Bilingual("警告", "warning"),
    Severity.INFO: Bilingual("提示", "info"),
}
SHEET_NAMES = Bilingual("检查结果", "Check results")
"""What the list of problems is called, unless the workbook has such a sheet already."""

NUMBER = Bilingual("序号", "No.")
SEVERITY = Bilingual("级别", "Severity")
CODE = Bilingual("编号", "Code")
SHEET = Bilingual("工作表", "Sheet")
CELL = Bilingual("单元格", "Cell")
MESSAGE = Bilingual("问题", "Problem")
HINT = Bilingual("怎么办", "What to do")
SEE_ALSO = Bilingual("另见", "See also")
WHOLE_FILE = Bilingual("整个文件", "whole file")
WHOLE_SHEET = Bilingual("整张表", "whole sheet")
READ_AS = Bilingual("读作", "Read as")
NOTHING_FOUND = Bilingual("没有发现问题。", "No problems found.")
EXPLANATION = Bilingual(
    "请在原来的单元格里改正，保存后再检查一次。点“单元格”一列可以跳到那里。本表由检查程序写成，不参与计算，可以删除。",
    "Correct the cells themselves, save and check again. Click a cell's name to go there. "
    "The check writes this sheet; it takes no part in any decision and may be deleted.",
)


def order(language: str) -> tuple[str, str]:
    """Both languages, the reader's first."""
    return ("zh", "en") if language == "zh" else ("en", "zh")


def both(text: Bilingual, language: str, between: str = " · ") -> str:
    """The text in both languages, the reader's first."""
    return between.join(text.in_language(name) for name in order(language))


def counted(counts: dict[Severity, int]) -> Bilingual:
    """How many problems there are of each severity."""
    parts = [(counts[severity], SEVERITIES[severity]) for severity in Severity]
    return Bilingual(
        "，".join(f"{count} 个{word.zh}" for count, word in parts),
        ", ".join(f"{count} {_plural(word.en, count)}" for count, word in parts),
    )


def _plural(word: str, count: int) -> str:
    return word if count == 1 or word == "info" else f"{word}s"


def more_in_list(count: int) -> Bilingual:
    """Says in a comment that the list has more."""
    return Bilingual(f"这里还有 {count} 个问题，见问题清单。", f"{count} more here; see the list of problems.")


def more_than_listed(count: int) -> Bilingual:
    """Says in the list that there is more."""
    return Bilingual(f"另有 {count} 个问题没有列出。", f"{count} more problems are not listed.")


def more_notes(count: int) -> Bilingual:
    """Says in the list that not every cell got its comment."""
    return Bilingual(f"另有 {count} 个单元格没有加批注。", f"{count} more cells have no comment.")


def more_places(count: int) -> Bilingual:
    """Ends a list of cells."""
    return Bilingual(f"等 {count} 处", f"{count} in all")
