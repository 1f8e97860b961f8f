"""``decision-tables compile``: a workbook into a compiled model, and what the planner chose."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import tempfile
from typing import Any

from decision_tables.cli.models import open_model
from decision_tables.cli.output import cannot_read, print_problems, say, shown_progress
from decision_tables.compiler import CompiledRefused
from decision_tables.compiler.summary import TableSummary, summaries
from decision_tables.engine import Model, WorkbookRejected
from decision_tables.lookup.verifying import MAX_EFFORT, Verified, verify
from decision_tables.problems import has_errors
from decision_tables.text import Bilingual

_PLANS = {
    "dense": Bilingual("稠密数组", "dense array"),
    "groups": Bilingual("分组位集", "bits by groups of axes"),
    "bitsets": Bilingual("位集", "bits"),
}


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = commands.add_parser("compile", parents=[common], help="compile a workbook for fast decisions")
    parser.add_argument("file", metavar="FILE", help="a workbook (.xlsx) or a compiled model (.dtc)")
    parser.add_argument("--plan", action="store_true", help="show how each table is looked up, and what that takes")
    parser.add_argument("--out", metavar="MODEL.dtc", help="write the compiled model to this file")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compile; 1 if the workbook has errors, 2 if a file cannot be read or written."""
    language = arguments.lang
    try:
        with shown_progress(language) as progress:
            model = open_model(arguments.file, progress)
        verified = verify(model.compiled, MAX_EFFORT)
    except OSError as error:
        say(cannot_read(arguments.file, error), language)
        return 2
    except WorkbookRejected as rejected:
        print_problems(rejected.problems, language, to_stderr=True)
        return 1
    except CompiledRefused as refused:
        say(refused.message, language)
        return 1
    if has_errors(model.problems):
        failing = Bilingual("工作簿自己的测试用例没有通过，不编译。", "Test cases of the workbook fail; not compiled.")
        print_problems(model.problems, language, to_stderr=True)
        say(failing, language)
        return 1
    size = None
    if arguments.out is not None:
        content = model.to_bytes()
        size = len(content)
        try:
            _write(arguments.out, content)
        except OSError as error:
            why = error.strerror or str(error)
            say(Bilingual(f"无法写入 {arguments.out}：{why}", f"cannot write {arguments.out}: {why}"), language)
            return 2
    _print(model, verified, size, arguments)
    return 0


def _write(path: str, content: bytes) -> None:
    """Write a file as a whole: it is there complete, or as it was before."""
    folder = os.path.dirname(os.path.abspath(path))
    handle, beside = tempfile.mkstemp(prefix=".", suffix=".dtc", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(beside, 0o644)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def _print(model: Model, verified: Verified, size: int | None, arguments: argparse.Namespace) -> None:
    plans = summaries(model.compiled)
    if arguments.format == "json":
        shown = [plan.as_json() for plan in plans] if arguments.plan else None
        facts = {"model": model.key, "digest": model.definition.digest, "tables": len(plans), "bytes": size}
        print(json.dumps(facts | {"verified": dataclasses.asdict(verified), "plan": shown}, ensure_ascii=False))
        return
    print(_headline(model, plans, verified, size).in_language(arguments.lang))
    if arguments.plan:
        for plan in plans:
            print(_plan_text(plan, arguments.lang))


def _headline(model: Model, plans: list[TableSummary], verified: Verified, size: int | None) -> Bilingual:
    rules = sum(plan.rules + plan.defaults + plan.noted for plan in plans)
    scope = Bilingual("全部界限组合", "every combination of bounds") if verified.every else None
    scope = scope or Bilingual("每个界限及抽样", "every bound, and samples")
    written = Bilingual(f"，文件 {size:,} 字节", f", file of {size:,} bytes") if size is not None else Bilingual("", "")
    return Bilingual(
        f"模型 {model.key}：{len(plans)} 张表，{rules} 条规则{written.zh}；"
        f"与逐行求值比较 {verified.points:,} 个点（{scope.zh}），全部一致。",
        f"Model {model.key}: {len(plans)} tables, {rules} rules{written.en}; "
        f"compared with the rows at {verified.points:,} points ({scope.en}), all the same.",
    )


def _plan_text(plan: TableSummary, language: str) -> str:
    days = ""
    if plan.period.first or plan.period.last:
        days = f", {plan.period.first or '…'} – {plan.period.last or '…'}"
    name = _PLANS[plan.plan]
    axes = " × ".join(f"{axis.label.in_language(language)} {axis.classes or '…'}" for axis in plan.axes) or "–"
    counts = Bilingual(
        f"规则 {plan.rules}，默认 {plan.defaults}，备查 {plan.noted}，公式 {plan.formulas}",
        f"{plan.rules} rules, {plan.defaults} default, {plan.noted} noted, {plan.formulas} formulas",
    )
    chosen = Bilingual(
        f"查法：{name.zh}，{plan.combinations:,} 格，{plan.bytes:,} 字节",
        f"plan: {name.en}, {plan.combinations:,} combinations, {plan.bytes:,} bytes",
    )
    classes = Bilingual(f"等价类：{axes}", f"classes: {axes}")
    lines = [f"{plan.title} ({plan.table}{days})", *(each.in_language(language) for each in (counts, classes, chosen))]
    compared = Bilingual("需逐条核对", "compared rule by rule")
    lines += [f"{compared.in_language(language)}: {each.in_language(language)}" for each in plan.compared]
    return "\n  ".join(lines)
