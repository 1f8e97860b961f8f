"""``decision-tables contract``: the typed contract of a workbook or of a server's model, and what a change does."""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib
from collections.abc import Mapping
from typing import Any

from decision_tables.cli.locks import KEPT, Unusable, lock_before
from decision_tables.cli.models import open_model
from decision_tables.cli.output import cannot_read, print_problems, say, shown_progress
from decision_tables.cli.target import add_target, asked
from decision_tables.compiler import CompiledRefused
from decision_tables.contracts.contract import Lock
from decision_tables.contracts.descriptors import service_path
from decision_tables.contracts.lock_file import LockUnreadable, read_lock
from decision_tables.contracts.locking import NoSuchVersion, Step, advance
from decision_tables.contracts.requests import RequestJson
from decision_tables.contracts.shaping import shape_of
from decision_tables.contracts.telling import problems_of
from decision_tables.drafting import example_requests
from decision_tables.engine import Model, WorkbookRejected
from decision_tables.problems import Problem, report_json
from decision_tables.text import Bilingual


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = commands.add_parser("contract", parents=[common], help="write the typed gRPC contract of a workbook")
    add_model(parser)
    parser.add_argument("--out", metavar="DIR", help="write protos, descriptors, the lock and instructions here")
    parser.set_defaults(run=run)


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add the workbook, the lock that its contract goes on from, or the server that has both."""
    parser.add_argument(
        "file",
        metavar="FILE|MODEL",
        nargs="?",
        help="a workbook (.xlsx) or a compiled model (.dtc); with --target the key of a model, if there are several",
    )
    parser.add_argument(
        "--lock",
        metavar="LOCK.json",
        help="the lock before the change (default: contracts/MODEL.lock.json beside the file, if there is one)",
    )
    parser.add_argument(
        "--contract-version",
        type=int,
        default=0,
        metavar="N",
        help="the next version, for a change that breaks callers; with --target the version to take (default: newest)",
    )
    add_target(parser)


@dataclasses.dataclass(frozen=True, slots=True)
class Offer:
    """A contract as it is given out: with requests to try it with, by method. A server's contract changes nothing."""

    step: Step
    examples: Mapping[str, RequestJson]


def run(arguments: argparse.Namespace) -> int:
    """Tell what changes for callers, and write the contract; 1 if it would break them."""
    try:
        offer = offered(arguments)
        step = offer.step
        problems = told(step)
        if arguments.out is not None and not step.is_refused:
            from decision_tables.contracts.bundle import contract_files  # noqa: PLC0415 - protobuf takes a while

            write_files(pathlib.Path(arguments.out), contract_files(step.lock, offer.examples))
    except Unusable as unusable:
        say(unusable.message, arguments.lang)
        return unusable.code
    _print(step, problems, arguments)
    return 1 if step.is_refused else 0


def offered(arguments: argparse.Namespace) -> Offer:
    """The contract that was asked for. Raises ``Unusable``."""
    if arguments.target is not None:
        return _from_server(arguments)
    if arguments.file is None:
        raise Unusable(
            Bilingual("请给出工作簿，或者用 --target 给出服务器。", "Give a workbook, or a server by --target.")
        )
    return _from_file(arguments)


def _from_server(arguments: argparse.Namespace) -> Offer:
    """The contract as the server serves it, with its numbers."""
    if arguments.lock is not None:
        raise Unusable(
            Bilingual("--lock 与 --target 不能同时给出：编号由服务器定。", "--lock and --target exclude each other.")
        )
    with asked(arguments) as client:
        answer = client.contract(arguments.file, arguments.contract_version)
    try:
        lock = read_lock(answer.lock.encode("utf-8"))
        examples = {name: json.loads(text) for name, text in answer.example_requests.items()}
    except (LockUnreadable, ValueError) as error:
        message = Bilingual(f"服务器给出的接口无法使用：{error}", f"The server's contract cannot be used: {error}")
        raise Unusable(message, 1) from error
    taken = Lock(tuple(contract for contract in lock.contracts if contract.version <= answer.version))
    return Offer(Step(taken), examples)


def _from_file(arguments: argparse.Namespace) -> Offer:
    """The contract of the workbook that was given, going on from its lock."""
    model = _model(arguments)
    before = lock_before(arguments.file, arguments.lock, model.key)
    if before is None:
        say(_numbered_anew(arguments.file, model.key), arguments.lang)
    try:
        step = advance(before, shape_of(model.definition), version=arguments.contract_version)
    except NoSuchVersion as error:
        message = Bilingual(
            f"接口不能是第 {error.wanted} 版；现在是第 {error.newest} 版。",
            f"The contract cannot be version {error.wanted}; it is {error.newest} now.",
        )
        raise Unusable(message) from error
    is_written = arguments.out is not None and not step.is_refused
    return Offer(step, example_requests(model.index, step.lock.newest) if is_written else {})


def _numbered_anew(file: str, key: str) -> Bilingual:
    return Bilingual(
        f"注意：{file} 旁边没有 {KEPT / f'{key}.lock.json'}，字段按顺序重新编号。"
        f"要调用正在运行的服务器，请用它的编号：把 FILE 换成 {key} --target HOST:PORT，或用 --lock 给出。",
        f"Note: there is no {KEPT / f'{key}.lock.json'} beside {file}, so fields are numbered anew, in order. "
        f"To call a server that runs, use its numbers: {key} --target HOST:PORT in place of FILE, or --lock.",
    )


def _model(arguments: argparse.Namespace) -> Model:
    try:
        with shown_progress(arguments.lang) as progress:
            return open_model(arguments.file, progress)
    except OSError as error:
        raise Unusable(cannot_read(arguments.file, error)) from error
    except CompiledRefused as refused:
        raise Unusable(refused.message, 1) from refused
    except WorkbookRejected as rejected:
        print_problems(rejected.problems, arguments.lang, to_stderr=True)
        raise Unusable(
            Bilingual("工作簿有错误，没有接口。", "The workbook has errors, so it has no contract."), 1
        ) from rejected


def told(step: Step) -> list[Problem]:
    """What changes for callers, as problems."""
    version = step.lock.newest.version - (1 if step.is_new_version else 0)
    return problems_of(step.changes, version, is_new_version=step.is_new_version)


def write_files(folder: pathlib.Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder. Raises ``Unusable``."""
    try:
        for path, content in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError as error:
        why = error.strerror or str(error)
        raise Unusable(Bilingual(f"无法写入 {folder}：{why}", f"cannot write {folder}: {why}")) from error


def _print(step: Step, problems: list[Problem], arguments: argparse.Namespace) -> None:
    contract = step.lock.newest
    if arguments.format == "json":
        facts = {
            "model": contract.model,
            "version": contract.version,
            "services": [service_path(each) for each in step.lock.contracts],
            "breaks_callers": step.is_refused,
            "changes": [{"level": each.change.level.value, "change": each.change.word} for each in step.changes],
            **report_json(problems),
        }
        print(json.dumps(facts, ensure_ascii=False))
        return
    if problems:
        print_problems(problems, arguments.lang)
    served = [method.name for method in contract.methods if not method.retired]
    print(
        Bilingual(
            f"接口第 {contract.version} 版：{service_path(contract)}，方法 {'、'.join(served)}。",
            f"Version {contract.version} of the contract: {service_path(contract)} with {', '.join(served)}.",
        ).in_language(arguments.lang)
    )
    if arguments.out is not None and step.is_refused:
        message = Bilingual("会使已有系统无法调用，没有写文件。", "It would break callers; nothing was written.")
        say(message, arguments.lang)
