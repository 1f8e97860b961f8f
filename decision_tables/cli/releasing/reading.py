"""The commands that look at releases."""

from __future__ import annotations

import argparse
import pathlib
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from decision_tables.cli.releasing.effects import (
    check_population,
    compared,
    effects_json,
    measured,
    print_comparison_of,
    print_impact,
)
from decision_tables.cli.releasing.session import local, opened, print_result, short
from decision_tables.comparison import Comparison
from decision_tables.releases.effects import Pair, impact_of, pair_of
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.release import Activation, Release, Stage
from decision_tables.releases.view import View
from decision_tables.text import Bilingual

_STAGES = {
    Stage.PROPOSED: Bilingual("待审批", "proposed"),
    Stage.REJECTED: Bilingual("已驳回", "rejected"),
    Stage.APPROVED: Bilingual("已批准", "approved"),
    Stage.WITHDRAWN: Bilingual("已撤回", "withdrawn"),
}

_UNCONFIRMED = Bilingual("未确认！", "UNCONFIRMED")
_UNCONFIRMED_ACTIVE = Bilingual("使用中，未确认！", "active, UNCONFIRMED")
_WIDTH = 160
"""How wide lists are where no terminal says so."""
_WHOLE = ("no.", "digest", "state", "active")


def releases(arguments: argparse.Namespace) -> int:
    """``releases``: every model with what is active, or one model with all its releases."""
    with opened(arguments) as store, store.view() as view:
        if arguments.model:
            view.check_model(arguments.model)
        models = [arguments.model] if arguments.model else view.models()
        found = [(model, view.releases(model), view.activations(model)) for model in models]
        plain = {
            "models": [
                {
                    "model": model,
                    "active": active.number if (active := view.active(model)) else None,
                    "releases": [one.as_json() for one in of_model],
                    "activations": [one.as_json() for one in activations],
                }
                for model, of_model, activations in found
            ]
        }
        nothing = Bilingual(
            "还没有任何版本；用 decision-tables publish 提交第一个。",
            "There are no releases yet; decision-tables publish proposes the first one.",
        )
        print_result(arguments, plain, *([] if found else [nothing]))
        if arguments.format != "json":
            console = Console(highlight=False)
            console = console if console.is_terminal else Console(highlight=False, width=_WIDTH)
            for model, of_model, activations in found:
                console.print(_table(view, model, of_model, activations, arguments.lang))
    return 0


def _table(view: View, model: str, found: list[Release], activations: list[Activation], language: str) -> Table:
    active = view.active(model)
    headings = (("号", "no."), ("摘要", "digest"), ("状态", "state"), ("文号", "document"), ("提交人", "author"))
    table = Table(title=Text(f"{found[0].manifest.title} ({model})"), title_justify="left")
    for zh, en in (*headings, ("审批人", "approved by"), ("使用时间", "active"), ("理由", "reason")):
        table.add_column(Bilingual(zh, en).in_language(language), overflow="fold", no_wrap=en in _WHOLE)
    for release in found:
        manifest = release.manifest
        is_active = active is not None and active.number == manifest.number
        spans = _spans(release, activations)
        cells = (
            str(manifest.number),
            short(release.digest or release.proposal),
            _state(release, is_active).in_language(language),
            manifest.document_number,
            manifest.author,
            release.approval.by if release.approval else "",
            "\n".join(spans),
            manifest.reason,
        )
        table.add_row(*map(Text, cells), style="bold" if is_active else None)
    return table


def _state(release: Release, is_active: bool) -> Bilingual:
    if release.unconfirmed:
        return (
            Bilingual("使用中，未确认！", "active, UNCONFIRMED") if is_active else Bilingual("未确认！", "UNCONFIRMED")
        )
    return Bilingual("使用中", "active") if is_active else _STAGES[release.stage]


def _spans(release: Release, activations: list[Activation]) -> Iterator[str]:
    """From when until when a release was active, or is to be."""
    zone = release.manifest.time_zone
    counting = [one for one in activations if not one.cancelled]
    for place, one in enumerate(counting):
        if one.number == release.manifest.number:
            until = local(counting[place + 1].starts_at, zone) if place + 1 < len(counting) else ""
            yield f"{local(one.starts_at, zone)} – {until}".rstrip()


def show(arguments: argparse.Namespace) -> int:
    """``show``: everything that is known of one release."""
    check_population(arguments)
    with opened(arguments) as store, store.view() as view:
        release = view.find(arguments.release)
        of_release = [one for one in view.activations(release.manifest.model) if one.number == release.manifest.number]
        plain = {**release.as_json(), "activations": [one.as_json() for one in of_release]}
        lines = list(_lines(release, view.activations(release.manifest.model)))
        kept = impact_of(view, release)
        pair = _pair(view, release, arguments)
    comparison = compared(pair) if pair and arguments.compare else None
    impact = _impact(pair, arguments) if arguments.population else kept
    if arguments.compare:
        plain.update(effects_json(pair, comparison, arguments.lang))
    print_result(arguments, {**plain, "impact": impact}, *lines)
    if arguments.format != "json":
        _print_effects(pair, comparison, impact, arguments)
    return 0


def _pair(view: View, release: Release, arguments: argparse.Namespace) -> Pair | None:
    """What it is compared with; None if that was not asked, or if there is nothing and none was named."""
    if not (arguments.compare or arguments.population):
        return None
    try:
        return pair_of(view, release.name, arguments.against)
    except ReleaseRefused as refused:
        if refused.reason is not ReleaseReason.NOTHING_TO_COMPARE or arguments.population:
            raise
    return None


def _impact(pair: Pair | None, arguments: argparse.Namespace) -> dict[str, Any]:
    assert pair is not None  # noqa: S101 - without one it was refused
    return measured(pair.old, pair.old_compiled, pair.new_compiled, arguments)


def _print_effects(
    pair: Pair | None, comparison: Comparison | None, impact: dict[str, Any] | None, arguments: argparse.Namespace
) -> None:
    if impact is not None:
        print_impact(impact, arguments.lang)
    if pair is not None and comparison is not None:
        print_comparison_of(pair, comparison, arguments.lang)
    elif arguments.compare:
        nothing = Bilingual("没有可以对照的版本。", "There is no release to compare it with.")
        print(nothing.in_language(arguments.lang))


def _lines(release: Release, activations: list[Activation]) -> Iterator[Bilingual]:
    manifest, zone = release.manifest, release.manifest.time_zone
    stage = _STAGES[release.stage]
    yield Bilingual(f"{release.name} {manifest.title}：{stage.zh}", f"{release.name} {manifest.title}: {stage.en}")
    if release.unconfirmed:
        yield Bilingual(
            "！！紧急发布，尚未由第二人确认", "!! published in an emergency, not confirmed by a second person"
        )
    proposed = local(manifest.proposed_at, zone)
    yield Bilingual(
        f"提交：{manifest.author} {proposed} {manifest.reason}",
        f"proposed: {manifest.author} {proposed} {manifest.reason}",
    )
    if manifest.document_number:
        yield Bilingual(f"文号：{manifest.document_number}", f"document: {manifest.document_number}")
    if release.approval:
        approval = release.approval
        line = f"{approval.by} {local(approval.at, zone)} {approval.comment}".rstrip()
        yield Bilingual(f"批准：{line}", f"approved: {line}")
    for verdict, zh, en in ((release.confirmed, "确认", "confirmed"), (release.ended, stage.zh, stage.en)):
        if verdict:
            line = f"{verdict.by} {local(verdict.at, zone)} {verdict.why}".rstrip()
            yield Bilingual(f"{zh}：{line}", f"{en}: {line}")
    for span in _spans(release, activations):
        yield Bilingual(f"使用：{span}", f"active: {span}")
    yield Bilingual(f"警告：{manifest.warnings} 个", f"warnings: {manifest.warnings}")
    yield Bilingual(
        f"工作簿：{manifest.file_name} {manifest.workbook}", f"workbook: {manifest.file_name} {manifest.workbook}"
    )
    if release.digest:
        yield Bilingual(f"摘要：{release.digest}", f"digest: {release.digest}")


def download(arguments: argparse.Namespace) -> int:
    """``download``: the very bytes that were published. An existing file is never overwritten."""
    with opened(arguments) as store, store.view() as view:
        release = view.find(arguments.release)
        manifest = release.manifest
        digest = manifest.compiled if arguments.compiled else manifest.workbook
        # A name from the store goes nowhere but into this folder.
        name = pathlib.PurePath(manifest.file_name.replace("\\", "/")).name or f"{manifest.model}.xlsx"
        path = pathlib.Path(
            arguments.out or (f"{manifest.model}-{manifest.number}.dtc" if arguments.compiled else name)
        )
        with open(path, "xb") as file:
            file.write(view.content(digest))
        said = Bilingual(f"已写出 {path}（{release.name}）", f"Wrote {path} ({release.name})")
        print_result(arguments, {"file": str(path), "release": release.name, "digest": digest}, said)
    return 0
