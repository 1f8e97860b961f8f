"""pyDMNrules as a process of its own, in an environment of its own: it is under the GPL, and nothing here imports it.

Run as ``python pydmnrules_peer.py CASE.json``: the rules and questions come as JSON; out go the answers and the seconds
for each question, in rounds.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from typing import Any

import openpyxl
import pyDMNrules
from openpyxl.styles import Border, Side

THIN, DOUBLE = Side(style="thin"), Side(style="double")


def main() -> None:
    """Answer the questions of the case, in rounds."""
    with open(sys.argv[1], encoding="utf-8") as file:
        case = json.load(file)
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        write(case, file.name)
        dmn = pyDMNrules.DMN()
        status = dmn.load(file.name)
    if "errors" in status:
        sys.exit(str(status["errors"][:3]))
    answers, seconds = [], []
    for _ in range(case["rounds"]):
        start = time.process_time()
        answers = [decide(dmn, question) for question in case["questions"]]
        seconds.append((time.process_time() - start) / len(answers))
    print(json.dumps({"answers": answers, "seconds": seconds}))


def decide(dmn: Any, question: dict[str, Any]) -> int:
    """The amount in cents."""
    status, decision = dmn.decide(dict(question))
    if "errors" in status:
        sys.exit(str(status["errors"][:3]))
    final = decision[-1] if isinstance(decision, list) else decision
    return int(final["Result"]["fee"])


def write(case: dict[str, Any], path: str) -> None:
    """The rules as the workbook that pyDMNrules wants; double lines part inputs from outputs."""
    book = openpyxl.Workbook()
    glossary: Any = book.active
    glossary.title = "Glossary"
    fill(
        glossary,
        [["Glossary"], ["Variable", "Business Concept", "Attribute"]]
        + [[key, "Person" if n == 0 else None, key] for n, key in enumerate(case["inputs"])]
        + [["fee", "Answer", "fee"]],
        3,
    )
    glossary.merge_cells(start_row=3, end_row=2 + len(case["inputs"]), start_column=2, end_column=2)
    decision = book.create_sheet("Decision")
    fill(decision, [["Decision"], ["Decisions", "Execute Decision Tables"], ["Decide", "Fees"]], 2)
    table = book.create_sheet("Fees")
    rows = [["Fees"], ["U", *case["inputs"], "fee"]]
    rows += [
        [n, *cells, cents] for n, (cells, cents) in enumerate(zip(case["cells"], case["cents"], strict=True), start=1)
    ]
    fill(table, rows, len(case["inputs"]) + 2, double_after=len(case["inputs"]) + 1)
    book.save(path)


def fill(sheet: Any, rows: list[list[Any]], width: int, double_after: int | None = None) -> None:
    """One block with its borders."""
    for r, row in enumerate(rows, start=1):
        for c in range(1, (1 if r == 1 else width) + 1):
            cell = sheet.cell(r, c, row[c - 1] if c <= len(row) else None)
            if r > 1:
                right = DOUBLE if c == double_after else THIN
                left = DOUBLE if double_after and c == double_after + 1 else THIN
                bottom = DOUBLE if r == 2 else THIN
                top = DOUBLE if r == 3 else THIN
                cell.border = Border(left=left, right=right, top=top, bottom=bottom)


if __name__ == "__main__":
    main()
