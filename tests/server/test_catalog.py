"""CatalogService over a real socket."""

from __future__ import annotations

from typing import Any

import pytest
from decisiontables.v1 import catalog_service_pb2 as messages
from decisiontables.v1 import field_pb2, table_pb2
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub
from google.type.date_pb2 import Date

from tests.support.calls import failure_of


def test_the_models_are_listed(catalog: CatalogServiceStub) -> None:
    [model] = catalog.ListModels(messages.ListModelsRequest(), timeout=5).models
    assert (model.key, model.title, model.jurisdiction) == ("pool_fees", "游泳馆收费", "示例区")
    assert (model.currency, model.time_zone, model.owner) == ("CNY", "Asia/Shanghai", "体育科")
    assert model.digest.startswith("sha256:")
    assert not model.update_refused


def test_a_model_is_described_by_key_and_without_one_where_there_is_only_one(catalog: CatalogServiceStub) -> None:
    named = catalog.GetModel(messages.GetModelRequest(model="pool_fees"), timeout=5).model
    assert named == catalog.GetModel(messages.GetModelRequest(), timeout=5).model
    assert named.description == "票价与提示"


def test_the_tables_are_listed_in_the_workbooks_order(catalog: CatalogServiceStub) -> None:
    tables = catalog.ListTables(messages.ListTablesRequest(), timeout=5).tables
    assert [table.key for table in tables] == ["ticket", "price", "notice", "share"]


def test_a_table_tells_its_fields_policy_and_period(catalog: CatalogServiceStub) -> None:
    table = catalog.GetTable(messages.GetTableRequest(table="price"), timeout=5).table
    assert table.title == "票价"
    assert list(table.condition_fields) == ["ticket", "home", "cards"]
    assert list(table.result_fields) == ["price", "discount"]
    [version] = table.versions
    assert version.hit_policy == table_pb2.HIT_POLICY_FIRST
    assert version.rule_count == 5
    assert version.period.first == Date(year=2025, month=1, day=1)
    assert not version.period.HasField("last")
    assert not version.gives_sequence


def test_a_table_tells_that_it_gives_all_hits_and_may_give_none(catalog: CatalogServiceStub) -> None:
    [version] = catalog.GetTable(messages.GetTableRequest(table="notice"), timeout=5).table.versions
    assert (version.hit_policy, version.gives_sequence, version.partial) == (
        table_pb2.HIT_POLICY_RULE_ORDER,
        True,
        True,
    )


def test_the_fields_tell_type_unit_domain_and_use(catalog: CatalogServiceStub) -> None:
    fields = {field.key: field for field in catalog.ListFields(messages.ListFieldsRequest(), timeout=5).fields}
    age = fields["age"]
    assert (age.label, age.unit, age.required, age.description) == ("年龄", "岁", True, "入馆当天的周岁")
    assert age.type == field_pb2.FIELD_TYPE_INTEGER
    assert "120" in age.domain
    assert not age.HasField("default_value")
    assert fields["deposit"].default_value.decimal.value == "0"
    assert (fields["home"].type, fields["home"].value_list) == (field_pb2.FIELD_TYPE_ENUM, "area")
    assert (fields["cards"].type, fields["cards"].value_list) == (field_pb2.FIELD_TYPE_SET, "card")
    assert list(fields["price"].tables) == ["price"]
    assert list(age.tables) == []


def test_the_fields_have_all_the_types_there_are(catalog: CatalogServiceStub) -> None:
    types = {field.type for field in catalog.ListFields(messages.ListFieldsRequest(), timeout=5).fields}
    assert types == set(field_pb2.FieldType.values()) - {field_pb2.FIELD_TYPE_UNSPECIFIED}


def test_the_value_lists_tell_how_many_values_they_have(catalog: CatalogServiceStub) -> None:
    lists = catalog.ListValueLists(messages.ListValueListsRequest(), timeout=5).value_lists
    assert [(each.key, each.label, each.value_count) for each in lists] == [
        ("card", "证件", 3),
        ("area", "住址", 3),
        ("ticket", "票种", 3),
    ]


def test_the_values_tell_labels_parents_aliases_groups_and_validity(catalog: CatalogServiceStub) -> None:
    areas = catalog.ListValues(messages.ListValuesRequest(value_list="area"), timeout=5).values
    assert [(each.key, each.label, each.parent, each.group_only) for each in areas] == [
        ("province", "示例省", "", True),
        ("district", "示例区", "province", False),
        ("elsewhere", "外地", "", False),
    ]
    student, disabled, _ = catalog.ListValues(messages.ListValuesRequest(value_list="card"), timeout=5).values
    assert list(disabled.aliases) == ["残疾人证"]
    assert not disabled.HasField("period")
    assert student.period.last == Date(year=2025, month=12, day=31)


def test_the_sources_are_listed(catalog: CatalogServiceStub) -> None:
    first, second = catalog.ListSources(messages.ListSourcesRequest(), timeout=5).sources
    assert (first.id, first.title, first.number) == ("S1", "游泳馆收费办法", "示体〔2024〕2号")
    assert second.title == "入馆须知"


def test_a_page_ends_where_asked_and_the_next_goes_on(catalog: CatalogServiceStub) -> None:
    keys: list[str] = []
    sizes: list[int] = []
    request = messages.ListTablesRequest(page_size=3)
    while True:
        page = catalog.ListTables(request, timeout=5)
        sizes.append(len(page.tables))
        keys += [table.key for table in page.tables]
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    assert sizes == [3, 1]
    assert keys == ["ticket", "price", "notice", "share"]


@pytest.mark.parametrize(("size", "token"), [(3, True), (4, False), (5, False), (5000, False)])
def test_the_last_page_has_no_token(catalog: CatalogServiceStub, size: int, token: bool) -> None:
    page = catalog.ListTables(messages.ListTablesRequest(page_size=size), timeout=5)
    assert bool(page.next_page_token) is token


@pytest.mark.parametrize(
    ("size", "token", "field"),
    [
        (-1, "", "page_size"),
        (0, "nonsense", "page_token"),
        (0, "中文", "page_token"),
        (0, "MSBvdGhlcg==", "page_token"),
        (0, "_____w==", "page_token"),
    ],
)
def test_a_page_that_is_none_is_refused(catalog: CatalogServiceStub, size: int, token: str, field: str) -> None:
    failure = failure_of(catalog.ListFields, messages.ListFieldsRequest(page_size=size, page_token=token))
    assert (failure.code, failure.reason, failure.fields) == ("INVALID_ARGUMENT", "INVALID_PAGE", (field,))


@pytest.mark.parametrize(
    ("method", "request_message", "reason", "field", "suggestion"),
    [
        ("GetModel", messages.GetModelRequest(model="pool"), "UNKNOWN_MODEL", "model", "pool_fees"),
        ("ListTables", messages.ListTablesRequest(model="pool"), "UNKNOWN_MODEL", "model", "pool_fees"),
        ("GetTable", messages.GetTableRequest(table="prices"), "UNKNOWN_TABLE", "table", "price"),
        ("ListValues", messages.ListValuesRequest(value_list="areas"), "UNKNOWN_VALUE_LIST", "value_list", "area"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_one(
    catalog: CatalogServiceStub, method: str, request_message: Any, reason: str, field: str, suggestion: str
) -> None:
    failure = failure_of(getattr(catalog, method), request_message)
    assert (failure.code, failure.reason, failure.fields) == ("NOT_FOUND", reason, (field,))
    assert failure.suggestions[0] == suggestion
    assert suggestion in failure.descriptions[0]
