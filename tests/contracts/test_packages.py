"""What callers are given can be built as it is; the Python package is installed nowhere and simply run."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from decision_tables.contracts import nouns
from decision_tables.contracts.bundle import contract_files, own_files
from decision_tables.contracts.contract import Lock
from decision_tables.contracts.descriptors import file_of
from decision_tables.contracts.lock_file import read_lock
from decision_tables.contracts.locking import advance
from decision_tables.contracts.packages import LANGUAGES, package_files
from decision_tables.contracts.packages.python_stubs import Modules
from decision_tables.contracts.requests import RequestJson
from decision_tables.contracts.shaping import shape_of
from decision_tables.drafting import example_requests
from decision_tables.evaluator.index import ModelIndex
from decision_tables.model import ModelDefinition
from tests.contracts.hall import HALL
from tests.contracts.models import model_from, repository_models
from tests.contracts.protoc import compile_protos
from tests.contracts.test_locking import FEES
from tests.contracts.test_protos import bare
from tests.support.serving import POOL


def lock_of(text: str) -> Lock:
    return advance(None, shape_of(model_from(text))).lock


def examples_of(model: ModelDefinition, lock: Lock) -> dict[str, RequestJson]:
    return example_requests(ModelIndex(model), lock.newest)


def write(files: dict[str, bytes], folder: Path) -> None:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def test_a_contract_is_complete(tmp_path: Path) -> None:
    lock = lock_of(FEES)
    write(contract_files(lock, examples_of(model_from(FEES), lock)), tmp_path)
    assert read_lock((tmp_path / "fees.lock.json").read_bytes()) == lock
    path = file_of(lock.newest).name
    compiled = compile_protos([path], tmp_path / "proto", f"--proto_path={tmp_path / 'third_party'}")
    assert compiled.file[0] == bare(file_of(lock.newest))
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "decisiontables.models.fees.v1.FeesService" in readme
    assert """-d '{"age": 17, "household": "local"}'""" in readme


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_to_be_filled_in_and_metadata_are_readable(language: str) -> None:
    for model in repository_models():
        lock = advance(None, shape_of(model)).lock
        files = package_files(language, lock, examples_of(model, lock))
        assert "README.md" in files
        for path, content in files.items():
            if not path.startswith(("proto/", "third_party/", "src/decisiontables/")) and path != "contract.binpb":
                text = content.decode("utf-8")
                assert not [
                    word for word in ("@part@", "@method@", "@fill@", "@title@", "@model@", "@beside@") if word in text
                ]
                _read(path, text)


def _read(path: str, text: str) -> None:
    if path.endswith(".json"):
        json.loads(text)
    elif path.endswith(".toml"):
        tomllib.loads(text)
    elif path.endswith((".xml", ".csproj")):
        ElementTree.fromstring(text)  # noqa: S314 - our own files
    elif path.endswith(".py"):
        compile(text, path, "exec")


CALLER = """
from decisiontables.models.pool_fees.v1 import pool_fees_pb2 as contract, pool_fees_pb2_grpc as stubs
import grpc
request = contract.PriceRequest(age=3, cards=["student"], home="district")
assert not request.HasField("ticket")
request.as_of.year = 2025
assert contract.PriceRequest.FromString(request.SerializeToString()) == request
try:
    contract.PriceRequest(agee=3)
except ValueError:
    pass
else:
    raise SystemExit("a misspelt field was taken")
with grpc.insecure_channel("127.0.0.1:1") as channel:
    stubs.PoolFeesServiceStub(channel).Price
print(len(contract.DESCRIPTOR.services_by_name["PoolFeesService"].methods))
"""
TYPED = """
import grpc
from decisiontables.models.pool_fees.v1.shared import decision_pb2
from decisiontables.models.pool_fees.v1 import pool_fees_pb2 as contract
from decisiontables.models.pool_fees.v1 import pool_fees_pb2_grpc as stubs
def ask(channel: grpc.Channel) -> str:
    answer = stubs.PoolFeesServiceStub(channel).Price(contract.PriceRequest(age=3), timeout=3)
    assert answer.decision.status == decision_pb2.DECISION_STATUS_MATCHED
    return answer.price.value if answer.HasField("price") else answer.decision.model
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    write(package_files("python", lock_of(POOL), {}), folder)
    return folder


def test_the_python_package_works_without_anything_of_ours(package: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(package / 'src')!r})\n{CALLER}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("5\n", "")


BESIDE = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
from decisiontables.models.pool_fees.v1 import pool_fees_pb2 as pool
from decisiontables.models.fees.v1 import fees_pb2 as fees
print(pool.PriceResponse().decision.DESCRIPTOR is fees.FeeResponse().decision.DESCRIPTOR)
"""
OF_THE_CLIENT = "decisiontables.v1.decision_pb2"


@pytest.mark.parametrize("first", [(), (OF_THE_CLIENT,), ("decisiontables.models.fees.v1.fees_pb2", OF_THE_CLIENT)])
def test_contracts_of_different_ages_and_the_client_share_one_program(
    tmp_path: Path, first: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shared messages are defined once, by whichever is loaded first, also where one contract knows less of them."""
    write(package_files("python", lock_of(POOL), {}), tmp_path / "pool")
    for file in nouns.our_nouns():
        if file.name == nouns.DECISION:
            older = FileDescriptorProto.FromString(file.SerializeToString())
            del older.message_type[0].field[-1]
            monkeypatch.setitem(nouns.nouns(), nouns.DECISION, older)
    write(package_files("python", lock_of(FEES), {}), tmp_path / "fees")
    places = [tmp_path / "pool" / "src", tmp_path / "fees" / "src"]
    code = f"import sys; sys.path[:0] = {[str(place) for place in places]!r}\n{BESIDE}"
    done = subprocess.run([sys.executable, "-c", code, *first], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("", "", ""),
        ("age=3", "agee=3", "agee"),
        ("answer.price.value", "answer.prize.value", "prize"),
        ('HasField("price")', 'HasField("prize")', "prize"),
        ("Stub(channel).Price(", "Stub(channel).Prize(", "Prize"),
    ],
)
def test_a_misspelt_name_is_found_by_a_type_checker(
    package: Path, tmp_path: Path, old: str, new: str, told: str
) -> None:
    (tmp_path / "mypy.ini").write_text("[mypy]\n[mypy-google.type.*]\nfollow_untyped_imports = true\n")
    caller = tmp_path / "caller.py"
    caller.write_text(TYPED.replace(old, new) if old else TYPED, encoding="utf-8")
    options = [
        "--strict",
        "--namespace-packages",
        "--explicit-package-bases",
        f"--cache-dir={package / 'cache'}",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(caller)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"MYPYPATH": str(package / "src"), "PATH": ""},
    )
    assert (done.returncode == 0) == (not told), done.stdout
    assert told in done.stdout


def test_the_python_modules_hold_the_descriptors_that_protoc_makes() -> None:
    for file in own_files(lock_of(POOL).newest)[:-1]:
        module = importlib.import_module(file.name.removesuffix(".proto").replace("/", ".") + "_pb2")
        modules = Modules("decisiontables.models.pool_fees.v1")
        text = next(text for path, text in modules.stubs_of(file).items() if path.endswith("_pb2.py"))
        assert repr(bare(file).SerializeToString(deterministic=True)) in text
        assert module.DESCRIPTOR.name == file.name


@pytest.mark.needs("protoc")
def test_the_example_for_csharp_uses_the_names_that_protoc_makes(tmp_path: Path) -> None:
    """There is no compiler of C# among the tools of the tests; protoc makes the code that the example rests on."""
    lock = lock_of(HALL)
    write(package_files("csharp", lock, examples_of(model_from(HALL), lock)), tmp_path)
    protos = [str(path.relative_to(tmp_path / "proto")) for path in sorted((tmp_path / "proto").rglob("*.proto"))]
    (tmp_path / "out").mkdir()
    command = ["protoc", "--proto_path=proto", "--proto_path=third_party", "--csharp_out=out", *protos]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    code = (tmp_path / "out" / "HallHire.cs").read_text(encoding="utf-8")
    example = (tmp_path / "Example.cs").read_text(encoding="utf-8")
    fields = re.findall(r"^    (\w+) = ", example, re.MULTILINE)
    assert fields == ["Hall", "A1B", "TypeValue", "FirstDay", "Deposit", "Member", "Number", "Serial"]
    assert [name for name in fields if not re.search(rf"^    public \S+ {name} \{{", code, re.MULTILINE)] == []
    assert "Hall = Hall.Main1," in example
    assert '[pbr::OriginalName("HALL_MAIN_1")] Main1 = 1,' in code
    shared = (tmp_path / "out" / "Decision.cs").read_text(encoding="utf-8")
    assert "namespace DecisionTables.Models.HallHire.V1.Shared {" in shared
