"""A school bus subsidy in English: results left of the conditions, open and half-open distances, a saved formula."""

from __future__ import annotations

from openpyxl.comments import Comment

from tests.acceptance.unseen.layout import LEFT, Book, Formula, percent


def book() -> Book:
    """The workbook."""
    made = Book()
    rules = made.sheet("Rules")
    made.put(
        rules,
        [
            ["DECISION TABLE", "subsidy", "Subsidy for the school bus"],
            ["Completeness", "Partial"],
            ["hit policy", "First"],
            ["description", "Distances are measured along the road"],
            ["Result", LEFT, "Note", "Rule", "Condition", LEFT, LEFT, LEFT],
            ["Subsidy", "Pass", "for whom", "id", "Distance", "Age", "Siblings", "Special needs"],
            [900, "full", "always", "B1", "any", "ANY", "*", "Y"],
            [640, "full", None, "B2", "5 km or more", "under 12", "-", "all"],
            [Formula("=640/2+0.5", "320.5"), "half", None, "B3", "3 to less than 5 km", "up to 11", "—", None],
            [400, "half", None, "B4", ">= 5 and < 10", "12 - 18", "2 or more", "not Yes"],
            [150, "half", None, "B5", "[3..5)", ">=12 and <=18", "at least 2", "No"],
            [480, "full", None, "B6", "over 10", "12 to 18", "less than 2", "false"],
        ],
    )
    made.put(
        rules,
        [
            ["Note that the share below is agreed yearly"],
            ["Decision Table", "parent_share", "Parents' share"],
            ["Condition", "Result"],
            ["Siblings", "Parents' share"],
            [0, percent(0.25)],
            ["1", "20%"],
            [2, 0.15],
            ["3+", percent(0.075, "0.0%")],
        ],
    )
    made.put(
        rules,
        [
            ["Decision table", "net", "To be paid out"],
            ["Condition", "Result", "Result"],
            ["Subsidy", "Net", "Text"],
            ["<> 0", "calc: Subsidy * (1 - [Parents' share])", 'Calc: IF(Net >= 500, "large", "small") & "/" & Pass'],
        ],
    )
    words = made.sheet("Words")
    made.put(
        words,
        [
            ["Fields"],
            ["Domain", "Key", "Type", "Label", "Unit", "Required", "Default"],
            [">= 0", "distance", "decimal", "Distance", "km", "yes", None],
            ["3-19", "age", "Integer", "Age", None, None, None],
            ["0..20", "siblings", "integer", "Siblings", None, None, 0],
            [None, "special_needs", "boolean", "Special needs", None, None, "No"],
            [None, "subsidy", "money", "Subsidy", "EUR", None, None],
            ["pass", "pass_type", "enum", "Pass", None, None, None],
            [None, "parent_share", "percent", "Parents' share", None, None, None],
            [None, "net", "money", "Net", "EUR", None, None],
            [None, "size", "text", "Text", None, None, None],
        ],
    )
    made.put(
        words,
        [
            ["Value list", "pass", "Pass"],
            ["label", "key"],
            ["full", "full_pass"],
            ["half", "half_pass"],
        ],
    )
    made.put(
        words,
        [
            ["MODEL"],
            ["title", "School bus"],
            ["currency", "EUR"],
            ["key", "school_bus"],
            ["time zone", "Europe/Berlin"],
        ],
    )
    rules["H7"].comment = Comment("as certified by the doctor", "office")
    rules.row_dimensions[4].hidden = True
    return made
