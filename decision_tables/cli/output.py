"""What the commands print: problems, progress and messages, in two languages."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from decision_tables.checking import Progress as Report
from decision_tables.checking import quiet
from decision_tables.problems import Problem, Severity, hint_of, message_of, severity_of
from decision_tables.text import Bilingual

_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_NAMES = {
    Severity.ERROR: Bilingual("错误", "error"),
    Severity.WARNING: Bilingual("警告", "warning"),
    Severity.INFO: Bilingual("提示", "info"),
}


def say(message: Bilingual, language: str) -> None:
    """One line on standard error."""
    print(message.in_language(language), file=sys.stderr)


def cannot_read(path: str, error: OSError) -> Bilingual:
    """Why a file cannot be read."""
    why = error.strerror or str(error)
    return Bilingual(f"无法读取文件 {path}：{why}", f"cannot read {path}: {why}")


def print_problems(problems: Sequence[Problem], language: str, *, file: str = "", to_stderr: bool = False) -> None:
    """Problems one by one, with their cells and hints, and a line that counts them."""
    console = Console(stderr=to_stderr, soft_wrap=True, highlight=False)
    for problem in problems:
        console.print(_problem_text(problem, language, file))
    console.print(summary_text(problems, language))


def _problem_text(problem: Problem, language: str, file: str) -> Text:
    severity = severity_of(problem)
    text = Text()
    text.append(f"{file}: " if file else "")
    text.append(str(problem.place) or Bilingual("整个文件", "the file").in_language(language), style="bold")
    text.append(" ")
    text.append(_NAMES[severity].in_language(language), style=_COLOURS[severity])
    text.append(f" {problem.code}: {message_of(problem, language)}\n")
    text.append(f"    → {hint_of(problem, language)}", style="dim")
    if problem.related:
        cells = ", ".join(str(place) for place in problem.related[:8])
        text.append(f"\n    {Bilingual('另见', 'see also').in_language(language)} {cells}", style="dim")
    return text


def summary_text(problems: Sequence[Problem], language: str) -> Text:
    """How many problems of each severity."""
    counts = {severity: sum(severity_of(p) is severity for p in problems) for severity in Severity}
    if language == "zh":
        words = [f"{counts[s]} 个{_NAMES[s].zh}" for s in Severity]
        return Text("，".join(words))
    words = [f"{counts[s]} {_NAMES[s].en}{'s' if counts[s] != 1 and s is not Severity.INFO else ''}" for s in Severity]
    return Text(", ".join(words))


@contextmanager
def shown_progress(language: str) -> Iterator[Report]:
    """A progress bar on a terminal, nothing in a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield quiet
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, console=console, transient=True) as bar:
        tasks: dict[Bilingual, object] = {}

        def report(what: Bilingual, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what.in_language(language), total=total or None)
            bar.update(tasks[what], completed=done, total=total or None)  # type: ignore[arg-type]

        yield report
