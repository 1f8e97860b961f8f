"""A newcomer changes a fee of a served workbook in LibreOffice, breaks a cell, mends it, and brings a workbook."""

from __future__ import annotations

import contextlib
import datetime
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import grpc
import pytest
from decision_tables_client import Client, UnknownValue, connect
from google.protobuf import descriptor_pool, json_format, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.books import book_from_text
from tests.support.serving import eventually, put, running

WORKBOOK = Path(__file__).parents[2] / "workbooks" / "wujiang_resident_insurance.xlsx"
RENT = Path(__file__).with_name("rent_allowance.txt")
FEES, MODEL = "个人缴费与财政补助标准", "wujiang_resident_insurance"
SENIOR = {"参保对象": "老年居民", "参保年度": 2025}


class Desk:
    """A clerk's copy of the workbook: cells changed, saved by LibreOffice, and put into the served folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        sheet = load_workbook(WORKBOOK)[FEES]
        self.header = next(row for row in range(1, 20) if sheet.cell(row, 2).value == "参保年度")
        self.senior = next(row for row in range(self.header, 30) if "老年居民" in self._texts(sheet, row))
        names = self._texts(sheet, self.header)
        self.fee, self.person = names.index("个人缴费标准") + 1, names.index("参保对象") + 1

    def _texts(self, sheet: Worksheet, row: int) -> list[str]:
        return [str(cell.value) for cell in sheet[row]]

    def save(self, changes: Mapping[tuple[int, int], Any], served: Path) -> None:
        """The shipped workbook with some cells of the table of fees changed."""
        book = load_workbook(WORKBOOK)
        for position, value in changes.items():
            book[FEES].cell(*position).value = value
        book.save(self._folder / "edited.xlsx")
        command = ["soffice", f"-env:UserInstallation=file://{self._folder}/profile", "--headless", "--convert-to"]
        subprocess.run(
            [*command, "xlsx:Calc MS Excel 2007 XML", "--outdir", "saved", "edited.xlsx"],
            cwd=self._folder, check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        put(served, (self._folder / "saved" / "edited.xlsx").read_bytes())


@contextlib.contextmanager
def served(folder: Path, log: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """``decision-tables serve`` as a process of its own, and its address."""
    command = [sys.executable, "-m", "decision_tables_server", "--poll-seconds", "0.1"]
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [*command, "--workbooks", str(folder), "--address", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8",
        )  # fmt: skip
        try:
            assert process.stdout is not None
            found = re.search(r"on (127\.0\.0\.1:\d+)\.", process.stdout.readline())
            assert found
            yield process, found[1]
        finally:
            process.kill()
            process.communicate()


def fee(client: Client) -> str:
    """What an old resident pays for 2025."""
    return str(client.evaluate(SENIOR, model=MODEL, table="fee").results["individual_fee"])


@pytest.mark.needs("soffice")
def test_a_fee_changed_in_libreoffice_is_answered_and_a_broken_cell_is_explained(tmp_path: Path) -> None:
    folder, log = tmp_path / "workbooks", tmp_path / "log.txt"
    folder.mkdir()
    workbook = Path(shutil.copy(WORKBOOK, folder))
    desk = Desk(tmp_path)
    with served(folder, log) as (process, address), connect(address) as client:
        assert fee(client) == "550"
        desk.save({(desk.senior, desk.fee): 560}, workbook)
        eventually(lambda: fee(client) == "560")
        assert "is served although" in log.read_text(encoding="utf-8")
        assert "“个人缴费标准”应为 550，实际为 560" in log.read_text(encoding="utf-8")

        broken = {(desk.senior, desk.person): "老年居们", (desk.senior + 1, desk.fee): "1,00"}
        desk.save(broken | {(desk.header, desk.fee + 1): None}, workbook)
        eventually(lambda: "its last good version goes on answering" in log.read_text(encoding="utf-8"))
        told = log.read_text(encoding="utf-8")
        columns = {column: chr(ord("A") + column - 1) for column in (desk.person, desk.fee, desk.fee + 1)}
        assert (
            f"{FEES}!{columns[desk.person]}{desk.senior} “参保对象”里没有“老年居们”。 提示：是否想写：老年居民？"
            in told
        )
        assert f"{FEES}!{columns[desk.fee]}{desk.senior + 1} “1,00”里的逗号" in told
        assert f"{FEES}!{columns[desk.fee + 1]}{desk.header} 这一列有内容，但没有表头。" in told
        assert fee(client) == "560"

        desk.save({}, workbook)
        eventually(lambda: fee(client) == "550")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert "Traceback" not in log.read_text(encoding="utf-8")


APPLICANT = {
    "出生日期": datetime.date(1990, 5, 1),
    "户籍": "东城",
    "身份": ["低保", "残疾人"],
    "家庭人数": 2,
    "月收入": "2000",
    "租住面积": "40",
    "租住区域": "东城区",
}


def test_a_workbook_of_ones_own_is_served_as_soon_as_it_lies_in_the_folder(tmp_path: Path) -> None:
    with running(tmp_path) as server, connect(server.address) as client:
        assert not list(client.models())
        put(tmp_path / "rent.xlsx", book_from_text(RENT.read_text(encoding="utf-8")))
        eventually(lambda: [model.key for model in client.models()] == ["haicheng_rent"])
        day = datetime.date(2024, 12, 31)
        old = client.evaluate(APPLICANT | {"申请日期": day}, as_of=day)
        new = client.evaluate(APPLICANT | {"申请日期": day}, as_of=day + datetime.timedelta(days=1))
        assert (str(old.results["allowance"]), str(new.results["allowance"])) == ("486", "540")
        assert old.results["category"] == "first"
        assert old.results["first_day"] == datetime.date(2025, 1, 1)
        assert [match.cell for match in old.matches if match.table == "rate"] == ["规则!B21"]
        assert old.missing == ()
        with pytest.raises(UnknownValue, match="低保边缘"):
            client.evaluate(APPLICANT | {"申请日期": day, "身份": ["低保边缘户"]}, as_of=day)


def test_a_caller_who_has_nothing_but_the_address_can_ask(tmp_path: Path) -> None:
    (tmp_path / "rent.xlsx").write_bytes(book_from_text(RENT.read_text(encoding="utf-8")))
    with running(tmp_path) as server, grpc.insecure_channel(server.address) as channel:
        pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
        method = pool.FindServiceByName("decisiontables.v1.EvaluationService").methods_by_name["Evaluate"]
        request_type, response_type = map(message_factory.GetMessageClass, (method.input_type, method.output_type))
        request = {
            "inputs": {"身份": {"codes": {"codes": ["环卫工人", "残疾人"]}}},
            "table": "share",
            "asOf": {"year": 2025, "month": 3, "day": 1},
        }
        call = channel.unary_unary(
            "/decisiontables.v1.EvaluationService/Evaluate",
            request_serializer=request_type.SerializeToString,
            response_deserializer=response_type.FromString,
        )
        response = call(json_format.ParseDict(request, request_type()), timeout=5)
        results = json_format.MessageToDict(response)["decision"]["results"]
        assert results["share"]["decimal"]["value"] == "1"
