"""The models that contracts are tried with: all of the repository, and random ones."""

from __future__ import annotations

import functools
import random
from pathlib import Path

from decision_tables.checking import check_bytes
from decision_tables.model import ModelDefinition
from tests.support.books import book_from_text
from tests.support.random_models import random_model
from tests.support.rich_models import rich_model
from tests.support.serving import POOL

ROOT = Path(__file__).parent.parent.parent
TEXTS = sorted((ROOT / "tests" / "acceptance" / "models").glob("*.txt"))
BOOKS = sorted((ROOT / "workbooks").glob("*.xlsx"))


@functools.cache
def model_from(text: str) -> ModelDefinition:
    """The model of a workbook written as text."""
    definition = check_bytes(book_from_text(text)).definition
    assert definition is not None
    return definition


@functools.cache
def repository_models() -> tuple[ModelDefinition, ...]:
    """The shipped workbooks, the models of the acceptance tests and the pool."""
    texts = [path.read_text(encoding="utf-8") for path in TEXTS]
    contents = [path.read_bytes() for path in BOOKS] + [book_from_text(text) for text in (*texts, POOL)]
    found = [check_bytes(content).definition for content in contents]
    return tuple(model for model in found if model is not None)


def random_definitions(count: int, seed: int) -> list[ModelDefinition]:
    """Random models with every type and policy."""
    chance = random.Random(seed)
    return [rich_model(chance) if n % 2 else random_model(chance) for n in range(count)]
