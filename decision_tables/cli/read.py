"""``decision-tables read``: every table in canonical form, and what cells were read as."""

from __future__ import annotations

import argparse
import json
from typing import Any

from rich.console import Console
from rich.table import Table as Sheet

from decision_tables.checking.reading import Reading, TableReading, read_back
from decision_tables.cli.output import cannot_read, print_problems, say, shown_progress
from decision_tables.text import Bilingual


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = commands.add_parser("read", parents=[common], help="show how every cell of a workbook was read")
    parser.add_argument("file", metavar="FILE", help="a workbook (.xlsx)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the readings; 1 if the workbook cannot be read as a model, 2 if the file cannot be read."""
    try:
        with shown_progress(arguments.lang) as progress, open(arguments.file, "rb") as file:
            reading = read_back(file.read(), progress)
    except OSError as error:
        say(cannot_read(arguments.file, error), arguments.lang)
        return 2
    if arguments.format == "json":
        print(json.dumps(_as_json(reading), ensure_ascii=False))
    else:
        _print(reading, arguments.lang)
    if reading.problems:
        print_problems(reading.problems, arguments.lang, to_stderr=True)
    return 1 if reading.has_errors else 0


def _print(reading: Reading, language: str) -> None:
    console = Console(highlight=False)
    for table in reading.tables:
        console.print(_as_sheet(table, language))
        console.print()
    if reading.cells:
        heading = Bilingual("读法与原文不同的单元格", "Cells whose reading differs from their text")
        sheet = Sheet(title=heading.in_language(language), title_justify="left")
        for name in (Bilingual("单元格", "cell"), Bilingual("原文", "text"), Bilingual("读作", "read as")):
            sheet.add_column(name.in_language(language), overflow="fold")
        for cell in reading.cells:
            sheet.add_row(str(cell.place), cell.text, cell.reading)
        console.print(sheet)


def _as_sheet(table: TableReading, language: str) -> Sheet:
    first, last = table.period.first, table.period.last
    days = f", {first or ''} … {last or ''}" if first or last else ""
    sheet = Sheet(title=f"{table.title} ({table.key}, {table.hit_policy}{days})", title_justify="left")
    sheet.add_column(Bilingual("规则", "rule").in_language(language))
    for name in table.conditions:
        sheet.add_column(name, overflow="fold")
    for name in table.results:
        sheet.add_column(name, style="bold", overflow="fold")
    for rule in table.rules:
        sheet.add_row(rule.id, *rule.conditions, *rule.results)
    return sheet


def _as_json(reading: Reading) -> dict[str, Any]:
    return {
        "tables": [
            {
                "key": table.key,
                "title": table.title,
                "hit_policy": table.hit_policy,
                "effective_from": table.period.first.isoformat() if table.period.first else None,
                "effective_until": table.period.last.isoformat() if table.period.last else None,
                "conditions": list(table.conditions),
                "results": list(table.results),
                "rules": [
                    {"id": rule.id, "conditions": list(rule.conditions), "results": list(rule.results)}
                    for rule in table.rules
                ],
            }
            for table in reading.tables
        ],
        "cells": [
            {"sheet": cell.place.sheet, "cell": cell.place.cell, "text": cell.text, "reading": cell.reading}
            for cell in reading.cells
        ],
    }
