"""What the passes of one check share: the scope, the findings, and the names of value lists."""

from __future__ import annotations

from collections.abc import Iterable

from decision_tables.expressions.functions import function_named, function_names
from decision_tables.expressions.kinds import Sort
from decision_tables.expressions.printer import print_expression
from decision_tables.expressions.scope import Scope
from decision_tables.expressions.tree import Call, Expression, Unresolved, children
from decision_tables.problems.finding import Finding
from decision_tables.problems.problem import Argument
from decision_tables.text import Bilingual, nearest, normalise

_MOST_CHARACTERS = 40


class Context:
    """One check of one formula."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.findings: list[Finding] = []

    def report(self, code: str, **arguments: Argument) -> None:
        """Note a finding; the check goes on with the rest of the formula."""
        finding = Finding(code, arguments)
        if finding not in self.findings:
            self.findings.append(finding)

    def report_unknown_names(self, expression: Expression, values_of: str | None = None) -> None:
        """Report every unresolved word inside an expression; ``values_of`` is a list whose values might be meant."""
        if isinstance(expression, Unresolved):
            self._report_unknown_name(expression.name, values_of)
        elif isinstance(expression, Call):
            for part in children(expression):
                self.report_unknown_names(part, values_of)

    def _report_unknown_name(self, name: str, values_of: str | None) -> None:
        function = function_named(name)
        if function is not None:
            self.report("DT612", name=name, usage=function.usage)
        elif name[:1].isdigit():
            self.report("DT613", text=name)
        else:
            known = [*self.scope.field_names(), *(self.scope.value_names(values_of) if values_of else ())]
            self.report("DT620", name=name, suggestion=suggestion(name, known))

    def report_unknown_field(self, name: str) -> None:
        """Report a name that must be a field and is none."""
        self.report("DT620", name=name, suggestion=suggestion(name, self.scope.field_names()))

    def report_unknown_function(self, name: str) -> None:
        """Report a call of something that is no function."""
        known = list(self.scope.field_names())
        labels = [label for label in known if normalise(label).startswith(f"{name}(")]
        if labels:
            self.report("DT622", name=name, label=labels[0])
        else:
            self.report("DT621", name=name, suggestion=suggestion(name, function_names()))

    # Value lists

    def names_of(self, value_list: str) -> tuple[tuple[str, str], ...]:
        """Every name of a list's values with the key that it stands for."""
        pairs = ((name, self.scope.value(value_list, name)) for name in self.scope.value_names(value_list))
        return tuple((normalise(name), key) for name, key in pairs if key is not None)

    def labels_of(self, value_list: str) -> tuple[tuple[str, str], ...]:
        """The label of each key of a list."""
        labels: dict[str, str] = {}
        for name, key in self.names_of(value_list):
            labels.setdefault(key, name)
        return tuple(labels.items())

    def label_of(self, value_list: str, key: str) -> str:
        """The label of a value of a list."""
        return next((name for name in self.scope.value_names(value_list) if self._means(value_list, name, key)), key)

    def _means(self, value_list: str, name: str, key: str) -> bool:
        return self.scope.value(value_list, name) == key

    def keys_of(self, value_list: str) -> tuple[str, ...]:
        """The keys of a list."""
        return tuple(key for key, _ in self.labels_of(value_list))


def suggestion(name: str, known: Iterable[str]) -> Bilingual:
    """A sentence that names the nearest known names; empty if nothing is near."""
    near = nearest(name, known)
    if not near:
        return Bilingual("", "")
    return Bilingual(f"是否想写：{'、'.join(near)}？", f"Did you mean {', '.join(near)}? ")


def part(expression: Expression) -> str:
    """A part of a formula as messages quote it."""
    text = print_expression(expression)
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"


def either(sorts: Iterable[Sort]) -> Bilingual:
    """Several sorts as messages name them."""
    labels = [sort.label for sort in Sort if sort in set(sorts)]
    return Bilingual("或".join(label.zh for label in labels), " or ".join(label.en for label in labels))
