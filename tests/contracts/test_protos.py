"""The text of a contract means the same to protoc as the descriptor that is served."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from decision_tables.contracts.descriptors import file_of
from decision_tables.contracts.locking import advance
from decision_tables.contracts.nouns import nouns, our_nouns
from decision_tables.contracts.printing import proto_text, quoted
from decision_tables.contracts.shaping import shape_of
from decision_tables.model import ModelDefinition
from tests.contracts.models import model_from, random_definitions, repository_models
from tests.contracts.protoc import compile_protos, write_protos
from tests.support.serving import POOL


def file_for(model: ModelDefinition) -> FileDescriptorProto:
    """The file of a model's first contract."""
    return file_of(advance(None, shape_of(model)).lock.newest)


def bare(file: FileDescriptorProto) -> FileDescriptorProto:
    """A file without the places and comments of its text."""
    copy = FileDescriptorProto()
    copy.CopyFrom(file)
    copy.ClearField("source_code_info")
    return copy


def agree_with_protoc(files: list[FileDescriptorProto], folder: Path) -> None:
    compiled = {file.name: file for file in compile_protos(write_protos(files, folder), folder).file}
    for file in files:
        assert compiled[file.name].SerializeToString(deterministic=True) == bare(file).SerializeToString(
            deterministic=True
        ), file.name


def test_protoc_reads_the_contract_of_every_model_of_the_repository_as_it_is_served(tmp_path: Path) -> None:
    agree_with_protoc([file_for(model) for model in repository_models()], tmp_path)


def test_protoc_reads_the_contracts_of_random_models_as_they_are_served(tmp_path: Path) -> None:
    chance = random.Random(8)
    files = []
    for number, model in enumerate(random_definitions(120, seed=8)):
        lists = {key: dataclasses.replace(each, frozen=chance.random() < 0.5) for key, each in model.lists.items()}
        files.append(file_for(dataclasses.replace(model, key=f"m{number}", lists=lists)))
    agree_with_protoc(files, tmp_path)


def test_protoc_reads_the_imported_protos_as_they_are(tmp_path: Path) -> None:
    agree_with_protoc(our_nouns(), tmp_path)


def test_the_imported_protos_are_those_of_the_repository() -> None:
    for name in ("decisiontables/v1/decision.proto", "decisiontables/options/v1/options.proto"):
        written = Path(__file__).parents[2].joinpath("protos", name).read_text(encoding="utf-8")
        comments = [line.strip() for line in written.splitlines() if line.strip().startswith("//")]
        printed = proto_text(nouns()[name])
        assert [line for line in comments if line not in printed] == []


def test_a_model_named_as_a_part_of_a_package_hides_nothing(tmp_path: Path) -> None:
    names = ("google", "decisiontables", "v1", "import", "class", "models", "a_", "a__b", "x1")
    agree_with_protoc([file_for(model_from(POOL.replace("pool_fees", name))) for name in names], tmp_path)


def test_every_sign_in_a_label_survives(tmp_path: Path) -> None:
    label = '引"号\\反斜 \t制表 ?? /* 注 */ // \U0001f600\u0000\u200b'
    model = model_from(POOL)
    fields = {key: dataclasses.replace(each, label=label, description=label) for key, each in model.fields.items()}
    agree_with_protoc([file_for(dataclasses.replace(model, fields=fields, title=label))], tmp_path)


def test_a_text_is_quoted_so_that_it_stays_on_its_line() -> None:
    assert quoted('a"b\\c\nd\u0001é年') == '"a\\"b\\\\c\\nd\\001é年"'
