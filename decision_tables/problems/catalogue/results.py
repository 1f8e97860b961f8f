"""DT5xx: result cells and rule attributes."""

from decision_tables.problems.problem import Entry, error

ENTRIES: dict[str, Entry] = {
    # Literal cells
    "DT500": error(
        "“{piece}”是条件，这里应该是一个确定的值（{type}）。",
        "“{piece}” is a condition; a single value is expected here ({type}).",
        "请写一个值；没有值请写“-”；需要计算的，请写“计算：…”。",
        "Write one value; for no value write -; to compute it, write 计算：… (calc: …).",
    ),
    "DT501": error(
        "“{label}”一次只能有一个值，“{piece}”写了几个。",
        "“{label}” has one value at a time; “{piece}” names several.",
        "请只留一个值，或把字段的类型改为多选。",
        "Keep one value, or change the field's type to set.",
    ),
    "DT502": error(
        "“{piece}”不是某一天，这里需要确定的日期。",
        "“{piece}” is not a single day; a date is expected here.",
        "请写到日，例如 {day}。",
        "Write the day too, for example {day}.",
    ),
    "DT503": error(
        "“{piece}”在这里意思不明确。",
        "“{piece}” is not clear here.",
        '没有值请写“-”或“无”；就是这个符号请写 "{piece}"。',
        'For no value write - or 无; for the sign itself write "{piece}".',
    ),
    "DT504": error(
        "“{piece}”里的“和”不能用来列举多选的值。",
        "“和” (and) cannot join the values of a set in “{piece}”.",
        "请写“{all}”。",
        "Write “{all}”.",
    ),
}
