"""Write docs/problems/ from the catalogue: a page per code, and an index.

    python tools/problem_pages.py            write the pages
    python tools/problem_pages.py --check    fail if they are not what the catalogue gives

A page carries an example where tests/problems/CODE.txt holds a small workbook as text that has the problem. Its first
line is `# ` and the cell.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

from decision_tables.problems import catalogue
from decision_tables.problems.problem import Entry, Severity

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "problems"
EXAMPLES = ROOT / "tests" / "problems"

REMARK = "<!-- Written by tools/problem_pages.py from the catalogue. Change it there, then run `make docs`. -->"
SEVERITIES = {
    Severity.ERROR: "错误 error",
    Severity.WARNING: "警告 warning",
    Severity.INFO: "提示 information",
}

Section = tuple[str, dict[str, Entry]]


def main(arguments: list[str]) -> int:
    """Write or check the pages; the exit code."""
    wanted = {PAGES / name: text for name, text in pages().items()}
    if arguments == ["--check"]:
        return _check(wanted)
    PAGES.mkdir(parents=True, exist_ok=True)
    for path in set(PAGES.glob("*.md")) - wanted.keys():
        path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return 0


def _check(wanted: dict[Path, str]) -> int:
    present = {path: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    differing = sorted(path.name for path, _ in present.items() ^ wanted.items())
    if differing:
        print(f"docs/problems is stale, run `make docs`: {', '.join(dict.fromkeys(differing))}", file=sys.stderr)
    return 1 if differing else 0


def pages() -> dict[str, str]:
    """Every page of docs/problems by file name."""
    sections = list(_sections())
    files = {f"{code}.md": _page(code, entry) for _, entries in sections for code, entry in entries.items()}
    return {"README.md": _index(sections), **files}


def _sections() -> Iterator[Section]:
    """What each module of the catalogue is about, and its entries in the order of their codes."""
    modules = [
        importlib.import_module(f"{catalogue.__name__}.{module.name}")
        for module in pkgutil.iter_modules(catalogue.__path__)
    ]
    for module in sorted(modules, key=lambda module: str(module.__doc__)):
        yield str(module.__doc__).splitlines()[0].rstrip("."), dict(sorted(module.ENTRIES.items()))


def _index(sections: list[Section]) -> str:
    lines = [
        REMARK,
        "",
        "# 问题一览 · Problems",
        "",
        "检查工作簿时可能报告的每一种问题，各有一页。花括号中的词由检查时填入。",
        "",
        "Every problem that a check of a workbook can report, a page each. Words in braces are filled in by the check.",
    ]
    for about, entries in sections:
        lines += ["", f"## {about}", "", "| 编号 code | 级别 severity | 问题 problem |", "|---|---|---|"]
        lines += [
            f"| [{code}]({code}.md) | {SEVERITIES[entry.severity]} | {_in_table(entry)} |"
            for code, entry in entries.items()
        ]
    return "\n".join(lines) + "\n"


def _in_table(entry: Entry) -> str:
    return f"{entry.message.zh}<br>{entry.message.en}".replace("|", r"\|").replace("\n", " ")


def _page(code: str, entry: Entry) -> str:
    lines = [
        REMARK,
        "",
        f"# {code}",
        "",
        f"级别 severity：**{SEVERITIES[entry.severity]}**",
        "",
        f"> {entry.message.zh}",
        "",
        f"怎么办：{entry.hint.zh}",
        "",
        f"> {entry.message.en}",
        "",
        f"What to do: {entry.hint.en}",
        *_example(code),
        "",
        "[问题一览 · all problems](README.md)",
    ]
    return "\n".join(lines) + "\n"


def _example(code: str) -> list[str]:
    path = EXAMPLES / f"{code}.txt"
    if not path.exists():
        return []
    place, _, workbook = path.read_text(encoding="utf-8").strip().removeprefix("# ").partition("\n")
    return [
        "",
        "## 例 · Example",
        "",
        f"报告在 `{place}`。每行是一行单元格，以 `|` 分隔，`<` 与左边的单元格合并。",
        "",
        f"Reported at `{place}`. A line is a row, its cells divided by `|`; `<` is merged with the cell to its left.",
        "",
        "```text",
        workbook,
        "```",
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
