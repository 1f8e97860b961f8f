"""Names as the generators of each language write them; compilers agree in ``test_typed_callers.py``."""

from __future__ import annotations

import pytest

from decision_tables.contracts.packages import casing


@pytest.mark.parametrize(
    ("name", "pascal", "go", "rust"),
    [
        ("annual_fee", "AnnualFee", "AnnualFee", "annual_fee"),
        ("a1b", "A1B", "A1B", "a1b"),
        ("grade_2", "Grade2", "Grade_2", "grade_2"),
        ("x__y", "XY", "X_Y", "x_y"),
        ("type", "Type", "Type", "r#type"),
        ("self", "Self", "Self", "self_"),
    ],
)
def test_fields(name: str, pascal: str, go: str, rust: str) -> None:
    assert (casing.pascal(name), casing.go(name), casing.rust(name)) == (pascal, go, rust)


@pytest.mark.parametrize(
    ("name", "java", "go", "rust_type", "rust"),
    [
        ("AnnualFee", "annualFee", "AnnualFee", "AnnualFee", "annual_fee"),
        ("ABRequest", "aBRequest", "ABRequest", "AbRequest", "ab_request"),
        ("Fee1Request", "fee1Request", "Fee1Request", "Fee1Request", "fee1_request"),
        ("X1yRequest", "x1yRequest", "X1YRequest", "X1yRequest", "x1y_request"),
        ("Import", "import_", "Import", "Import", "import"),
        ("Match", "match", "Match", "Match", "r#match"),
    ],
)
def test_types_and_methods(name: str, java: str, go: str, rust_type: str, rust: str) -> None:
    found = (casing.java_method(name), casing.go(name), casing.rust_type(name), casing.rust(name))
    assert found == (java, go, rust_type, rust)
