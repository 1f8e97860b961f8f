"""A workbook to start from that has the words of a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from decision_tables.checking import check_bytes
from decision_tables.model import ModelDefinition
from decision_tables.problems import Severity, severity_of
from decision_tables.template import starting_workbook

BOOKS = sorted((Path(__file__).parents[2] / "workbooks").glob("*.xlsx"))


def words(model: ModelDefinition) -> object:
    """The fields and lists, without the cells in which they stand."""
    fields = [
        (f.key, f.label, f.type, f.unit, f.domain_reading, f.value_list, f.formula, f.required, f.default, f.personal)
        for f in model.fields.values()
    ]
    lists = [
        (values.key, values.label, values.frozen, [(v.key, v.label, v.parent, v.aliases, v.group_only, v.period)])
        for values in model.lists.values()
        for v in values.values
    ]
    sources = [(s.id, s.title, s.number, s.publisher, s.date, s.url) for s in model.sources.values()]
    return fields, lists, sources, model.title, model.jurisdiction, model.owner


@pytest.mark.parametrize("book", BOOKS, ids=lambda path: path.stem)
def test_it_says_of_fields_and_lists_what_the_model_says(book: Path) -> None:
    model = check_bytes(book.read_bytes()).definition
    assert model is not None
    report = check_bytes(starting_workbook(model))
    assert report.definition is not None
    assert words(report.definition) == words(model)
    errors = [problem.code for problem in report.problems if severity_of(problem) is Severity.ERROR]
    assert errors == ["DT219"]  # there is no table yet
