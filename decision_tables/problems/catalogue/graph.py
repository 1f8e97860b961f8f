"""DT65x: how tables and fields depend on one another."""

from decision_tables.problems.problem import Entry, error, warning

ENTRIES: dict[str, Entry] = {
    "DT650": error(
        "这些表和字段互相依赖，成了循环：{names}。",
        "These tables and fields depend on each other in a circle: {names}.",
        "去掉其中一处引用，使计算有先后。",
        "Remove one of the references, so that one comes before the other.",
    ),
    "DT651": error(
        "标识为“{table}”的两张表适用时间重叠。",
        "Two tables with the key “{table}” are in force at the same time.",
        "用“生效日期”“失效日期”把它们的时间分开，或改用不同的标识。",
        "Part them with 生效日期 and 失效日期, or give one another key.",
    ),
    "DT652": error(
        "标识为“{table}”的几张表字段不一致，或者有的给出一个结果、有的给出多个，调用方无法当作一张表使用。",
        "The tables with the key “{table}” differ in their fields or in giving lists, so callers cannot see one table.",
        "使它们的条件字段和结果字段一致（用不到的条件写“不限”），或改用不同的标识。",
        "Give them the same condition and result fields (不限 where one does not matter), or different keys.",
    ),
    "DT653": error(
        "字段“{field}”既有计算公式，又是表“{table}”的结果。",
        "The field “{field}” has a formula and is a result of the table “{table}” as well.",
        "只保留一种来源。",
        "Keep one of the two.",
    ),
    "DT654": error(
        "字段“{field}”同时由表“{table}”得出。",
        "The field “{field}” is yielded by the table “{table}” as well, at the same time.",
        "换一个结果字段，或用生效、失效日期把两张表分开。",
        "Use another result field, or part the two tables in time.",
    ),
    "DT655": warning(
        "表“{table}”永远得不到它需要的“{field}”：给出这个字段的表与它的适用时间不重叠。",
        "The table “{table}” can never get the “{field}” that it needs: the tables that yield it are in force at other "
        "times.",
        "检查两张表的生效、失效日期。",
        "Check the periods of the two tables.",
    ),
    "DT656": error(
        "字段“{field}”由给出多个结果的表“{table}”得出，不能用作条件或参与计算。",
        "The field “{field}” comes from “{table}”, which answers a list, and cannot be used in conditions or formulas.",
        "改用只给出一个结果的命中策略，或另写一张表。",
        "Use a hit policy that gives one result, or another table.",
    ),
}
