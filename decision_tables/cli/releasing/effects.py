"""What a release changes, as it is shown with a proposal: by meaning, and for a population."""

from __future__ import annotations

import argparse
import hashlib
import pathlib
from collections.abc import Mapping
from typing import Any

from decision_tables.cli.diff import print_comparison
from decision_tables.cli.releasing.session import Unusable, Usage, local
from decision_tables.comparison import Comparison
from decision_tables.engine import Model, diff, load_compiled, measure_impact
from decision_tables.evaluator.refusal import Refusal
from decision_tables.releases.deciders import load_decider
from decision_tables.releases.effects import Pair
from decision_tables.releases.release import Release
from decision_tables.text import Bilingual

MAX_MOVES = 10
"""The most changes of an impact that are printed; JSON has all that were kept."""


def check_population(arguments: argparse.Namespace) -> None:
    """Raises ``Usage`` for options without the file that they are about."""
    if not arguments.population and (arguments.table or arguments.group_by):
        raise Usage("--table 和 --group-by 要和 --population 一起用", "--table and --group-by need --population")


def compared(pair: Pair) -> Comparison:
    """What changes for people, and what in the cells. Raises ``StoreFailure`` if one of them cannot be loaded."""
    old = load_decider(load_compiled, pair.old_compiled, pair.old)
    return diff(old, load_decider(load_compiled, pair.new_compiled, pair.new))


def effects_json(pair: Pair | None, comparison: Comparison | None, language: str) -> dict[str, Any]:
    """What changes, as plain data: for people and in cells, and for callers of the typed contract."""
    contract = [{"zh": change.zh, "en": change.en} for change in pair.contract] if pair else []
    return {"comparison": comparison.as_json(language) if comparison else None, "contract": contract}


def measured(old: Release, old_compiled: bytes, new_compiled: bytes, arguments: argparse.Namespace) -> dict[str, Any]:
    """The impact for the population that the options name, as it is kept.

    Raises ``Unusable``, ``OSError``, and ``StoreFailure`` if the old release cannot be loaded.
    """
    path = pathlib.Path(arguments.population)
    with open(path, "rb") as file:
        digest = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    models = load_decider(load_compiled, old_compiled, old), load_compiled(new_compiled)
    return _measured(models, path, digest, old, arguments)


def _measured(
    models: tuple[Model, Model], path: pathlib.Path, digest: str, old: Release, arguments: argparse.Namespace
) -> dict[str, Any]:
    try:
        from decision_tables.bulk.refused import FileRefused  # noqa: PLC0415 - pyarrow is an extra
        from decision_tables.impact.record import record_of  # noqa: PLC0415 - see above

        found = measure_impact(*models, path, table=arguments.table, by=arguments.group_by)
    except ModuleNotFoundError as error:
        package = "pip install decision-tables[bulk]"
        raise Usage(f"缺少 {error.name}：{package}", f"{error.name} is missing: {package}") from error
    except (FileRefused, Refusal) as refusal:
        raise Unusable(refusal.message.zh, refusal.message.en) from refusal
    return record_of(found, against=old.digest, file_name=path.name, file_digest=digest)


def print_comparison_of(pair: Pair, comparison: Comparison, language: str) -> None:
    """For people: against what, what changes for them, and what in the cells."""
    old, new = pair.old, pair.new
    since = local(old.manifest.proposed_at, old.manifest.time_zone)
    said = Bilingual(
        f"{new.name} 与 {old.name}（{old.manifest.author} {since} 提交）相比：",
        f"{new.name} compared with {old.name} (proposed by {old.manifest.author}, {since}):",
    )
    print(said.in_language(language))
    if pair.contract:
        print(Bilingual("对调用者的契约：", "For callers of the typed contract:").in_language(language))
        for change in pair.contract:
            print(f"  {change.in_language(language)}")
    print_comparison(comparison, language)


def print_impact(impact: Mapping[str, Any], language: str) -> None:
    """The figures that were kept: the main sentences, and the changes that most people have."""
    figures = impact[language]
    name = impact["population"]["file_name"]
    print(Bilingual(f"对 {name} 中的人的影响：", f"For the people of {name}:").in_language(language))
    for line in figures["summary"]:
        print(f"  {line}")
    for move in figures["moves"][:MAX_MOVES]:
        print(f"  {_move(move).in_language(language)}")
    others = sum(move["rows"] for move in figures["moves"][MAX_MOVES:]) + figures["other_moves"]
    if others:
        print(f"  {Bilingual(f'其他变化：{others} 行', f'other changes: {others} rows').in_language(language)}")


def _move(move: Mapping[str, Any]) -> Bilingual:
    old, new, rows = move["old"], move["new"], move["rows"]
    return Bilingual(f"{old} → {new}：{rows} 行", f"{old} → {new}: {rows} rows")
