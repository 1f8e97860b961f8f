"""A health premium in francs: values named by number cells, two crosstabs, rounding to five centimes."""

from __future__ import annotations

from tests.acceptance.unseen.layout import LEFT, UP, Book, percent


def book() -> Book:
    """The workbook."""
    made = Book()
    rules = made.sheet("Prämien 2025")
    made.put(
        rules,
        [
            ["Crosstab", "base_premium", "Base premium"],
            ["rows", "Age"],
            ["columns", "Region"],
            ["result", "Base"],
            [None, 1, 2, 3],
            ["0-18", 120.5, 110, 100],
            ["19至25", 300, 280, "260.00"],
            ["over 25", 420.35, 400, 380],
        ],
    )
    made.put(
        rules,
        [
            ["Crosstab", "franchise_discount", "Discount for the franchise"],
            ["completeness", "部分"],
            ["columns", "Age"],
            ["rows", "Franchise"],
            ["result", "Discount"],
            ["franchise / age", "<=18", "18以上(不含)"],
            [0, percent(0), None],
            [300, None, percent(0)],
            ["500、600", percent(0.1), percent(0.03)],
            [2500, None, "30 %"],
        ],
    )
    made.put(
        rules,
        [
            ["Decision table", "model_discount", "Discount for the model"],
            ["hit policy", "f"],
            ["Rule", "Condition", LEFT, "Result"],
            ["id", "Model", "Region", "Model discount"],
            ["m1", "HMO", "1, 2", "15%"],
            ["m2", "HMO or Telmed", UP, "8%"],
            ["m3", "not(Standard)", "3", "5%"],
            ["m4", "Standard", "null", "2%"],
            ["default", None, None, 0],
        ],
    )
    made.put(
        rules,
        [
            ["Decision table", "premium", "Premium"],
            ["Condition", "Result"],
            ["Base", "Premium"],
            ["any", "calc: ROUND(Base * (1 - Discount - [Model discount]) * 20, 0) / 20"],
        ],
    )
    words = made.sheet("Wörter")
    made.put(
        words,
        [["Model"], ["key", "swiss_premium"], ["jurisdiction", "Zürich"], ["currency", "CHF"], ["title", "Prämie"]],
    )
    made.put(
        words,
        [
            ["Fields"],
            ["key", "label", "type", "domain", "unit"],
            ["age", "Age", "integer", "0-130", "years"],
            ["region", "Region", "enum", "region", None],
            ["franchise", "Franchise", "enum", "franchise", None],
            ["plan", "Model", "enum", "plan", None],
            ["base_premium", "Base", "money", None, "CHF"],
            ["franchise_discount", "Discount", "percent", None, None],
            ["model_discount", "Model discount", "percent", None, None],
            ["premium", "Premium", "money", None, "CHF"],
        ],
    )
    made.put(
        words,
        [
            ["Value list", "region", "Region"],
            ["key", "label", "aliases"],
            ["region_1", 1, "Stadt"],
            ["region_2", 2, "Agglo"],
            ["region_3", 3, "Land; Berg"],
        ],
    )
    made.put(
        words,
        [
            ["Value list", "franchise", "Franchise"],
            ["label", "key"],
            [0, "f_0"],
            [300, "f_300"],
            [500, "f_500"],
            [600, "f_600"],
            [2500, "f_2500"],
        ],
    )
    made.put(
        words,
        [
            ["Value list", "plan", "Model"],
            ["label", "key"],
            ["Standard", "standard"],
            ["HMO", "hmo"],
            ["Telmed", "telmed"],
        ],
    )
    return made
