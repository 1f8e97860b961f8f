"""``decision-tables template``: a workbook to start from, or next year's workbook from this year's."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

from decision_tables.checking import Report, check_bytes
from decision_tables.cli.output import cannot_read, print_problems, say, shown_progress
from decision_tables.template import Kind, NextYear, next_year, starting_workbook
from decision_tables.text import Bilingual

_FARTHEST = 50
_NAMED_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "template", parents=[common], help="write a workbook to start from, or next year's from this year's"
    )
    parser.add_argument("--from", dest="model", metavar="MODEL", help="this year's workbook: write next year's from it")
    parser.add_argument("--out", metavar="FILE", help="where to write (default: template.xlsx, or beside MODEL)")
    parser.add_argument(
        "--year-step", type=_step, metavar="N", default=1, help="how many years dates move on (default: 1)"
    )
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    parser.set_defaults(run=run)


def _step(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _FARTHEST:
        raise argparse.ArgumentTypeError(f"a whole number from 1 to {_FARTHEST} is needed, not {text}")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Write the workbook; 1 if the model has errors, 2 if a file cannot be read or may not be written."""
    if not arguments.model:
        target = Path(arguments.out or "template.xlsx")
        return _written(target, starting_workbook(), arguments) or _tell(arguments, target, None)
    source = Path(arguments.model)
    target = Path(arguments.out) if arguments.out else source.parent / _next_name(source.stem, arguments.year_step)
    try:
        content = source.read_bytes()
    except OSError as error:
        say(cannot_read(arguments.model, error), arguments.lang)
        return 2
    with shown_progress(arguments.lang) as progress:
        report = check_bytes(content, progress)
    if report.has_errors or report.definition is None:
        _refuse(arguments, report)
        return 1
    if target.exists() and target.samefile(source):
        say(_SAME_FILE, arguments.lang)
        return 2
    renewed = next_year(content, report.definition, source.name, arguments.year_step)
    return _written(target, renewed.content, arguments) or _tell(arguments, target, renewed)


_SAME_FILE = Bilingual(
    "不能写回今年的工作簿，请用 --out 指定另一个文件",
    "this year's workbook is never written over: name another file",
)


def _next_name(stem: str, step: int) -> str:
    """The name with its years moved on, or with ``-next`` where it names none."""
    moved = _NAMED_YEAR.sub(lambda match: str(int(match[0]) + step), stem)
    return f"{moved if moved != stem else f'{stem}-next'}.xlsx"


def _refuse(arguments: argparse.Namespace, report: Report) -> None:
    print_problems(report.problems, arguments.lang, to_stderr=True)
    message = Bilingual(
        f"{arguments.model} 有错误，改正以后才能生成下一年的工作簿",
        f"{arguments.model} has errors: next year's workbook is made once they are corrected",
    )
    say(message, arguments.lang)


def _written(target: Path, content: bytes, arguments: argparse.Namespace) -> int:
    """0 if the file is written; otherwise one line says why not."""
    try:
        with target.open("wb" if arguments.force else "xb") as file:
            file.write(content)
    except FileExistsError:
        message = Bilingual(
            f"文件 {target} 已存在，要覆盖请加 --force", f"{target} exists: add --force to write over it"
        )
        say(message, arguments.lang)
        return 2
    except OSError as error:
        why = error.strerror or str(error)
        say(Bilingual(f"无法写入文件 {target}：{why}", f"cannot write {target}: {why}"), arguments.lang)
        return 2
    return 0


def _tell(arguments: argparse.Namespace, target: Path, renewed: NextYear | None) -> int:
    if arguments.format == "json":
        print(json.dumps({"file": str(target), "changes": _as_json(renewed)}, ensure_ascii=False))
    else:
        print(_summary(target, renewed).in_language(arguments.lang))
    return 0


def _summary(target: Path, renewed: NextYear | None) -> Bilingual:
    if renewed is None:
        return Bilingual(f"已写出 {target}，请从“使用说明”看起", f"wrote {target}; begin with its sheet Guide")
    moved, emptied, look = (renewed.count(kind) for kind in (Kind.MOVED, Kind.EMPTIED, Kind.LOOK))
    return Bilingual(
        f"已写出 {target}：顺延 {moved} 处，清空待填 {emptied} 处，请核对 {look} 处；详见工作表“{renewed.sheet}”",
        f"wrote {target}: {moved} moved on, {emptied} emptied to be filled in, {look} to look at; "
        f"all are listed on the sheet {renewed.sheet}",
    )


def _as_json(renewed: NextYear | None) -> list[dict[str, str]]:
    return [
        {
            "sheet": change.place.sheet,
            "cell": change.place.cell,
            "kind": change.kind.value,
            "where": change.where,
            "old": change.old,
            "new": change.new,
        }
        for change in (renewed.changes if renewed else ())
    ]
