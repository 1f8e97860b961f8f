"""Texts that are plain numbers or ISO dates, as files have them, taken as numbers without reading each as a cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from decision_tables.lookup.column_values import Numbers
from decision_tables.model import Field
from decision_tables.values import FieldType

FEW = 4_096
"""So many distinct texts are sooner read one by one, once for all batches."""

_MANY_ODD = 0.1
_PATTERNS = {
    FieldType.INTEGER: r"^-?(0|[1-9][0-9]{0,14})$",
    FieldType.MONEY: r"^-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$",
    FieldType.DECIMAL: r"^-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$",
    FieldType.DATE: r"^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$",
}
_SCALES = {FieldType.INTEGER: 0, FieldType.MONEY: 2, FieldType.DECIMAL: 6}


def numbers_of_texts(encoded: Any, field: Field) -> Numbers | None:
    """A column of many distinct texts as numbers; None where they are few, or mostly no plain numbers."""
    texts = encoded.dictionary
    pattern = _PATTERNS.get(field.type)
    if pattern is None or len(texts) <= FEW:
        return None
    plain = pc.match_substring_regex(texts, pattern)
    shaped = pc.if_else(plain, texts, pa.scalar(None, texts.type))
    numbers = _days(shaped) if field.type is FieldType.DATE else _scaled(shaped, _SCALES[field.type])
    odd = np.asarray(numbers.is_null().to_numpy(zero_copy_only=False))
    if odd.mean() > _MANY_ODD:
        return None
    indices = pc.fill_null(encoded.indices, 0).to_numpy(zero_copy_only=False)
    by_text = pc.fill_null(numbers, 0).to_numpy(zero_copy_only=False)
    valid = encoded.indices.is_valid().to_numpy(zero_copy_only=False) if encoded.indices.null_count else None
    return Numbers(
        scaled=by_text.take(indices),
        scale=_SCALES.get(field.type, 0),
        original=lambda row: encoded[row].as_py(),
        present=valid,
        odd=odd.take(indices) if odd.any() else None,
    )


def _scaled(texts: Any, scale: int) -> Any:
    if scale == 0:
        return pc.cast(texts, pa.int64())
    decimals = pc.cast(texts, pa.decimal128(18, scale))
    return pc.cast(pc.multiply(decimals, pa.scalar(10**scale, pa.int64())), pa.int64())


def _days(texts: Any) -> Any:
    """Days since 1970; null for a day that the calendar does not have."""
    moments = pc.strptime(texts, format="%Y-%m-%d", unit="s", error_is_null=True)
    back = pc.strftime(moments, format="%Y-%m-%d")
    same = pc.equal(back, texts)
    days = pc.cast(pc.cast(moments, pa.date32()), pa.int32())
    return pc.cast(pc.if_else(same, days, pa.scalar(None, pa.int32())), pa.int64())
