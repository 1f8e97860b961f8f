"""Values by the names of either model: a file that was written for one of them is read for both."""

from __future__ import annotations

import dataclasses

from decision_tables.model import ListValue, ModelDefinition, ValueList


def knowing_names_of(model: ModelDefinition, other: ModelDefinition) -> ModelDefinition:
    """The model with the other's labels and aliases as further aliases of values that both have.

    A name that means another value in the model itself stays what it is.
    """
    lists = {
        key: _list(values, other.lists[key]) if key in other.lists else values for key, values in model.lists.items()
    }
    return dataclasses.replace(model, lists=lists)


def _list(values: ValueList, other: ValueList) -> ValueList:
    taken = {name for value in values.values for name in (value.key, value.label, *value.aliases)}
    return dataclasses.replace(values, values=tuple(_value(value, other, taken) for value in values.values))


def _value(value: ListValue, other: ValueList, taken: set[str]) -> ListValue:
    there = other.by_key.get(value.key)
    if there is None:
        return value
    more = tuple(name for name in (there.label, *there.aliases) if name not in taken)
    return dataclasses.replace(value, aliases=(*value.aliases, *more))
