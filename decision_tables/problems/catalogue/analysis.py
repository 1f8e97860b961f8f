"""DT8xx: what the rules of a table do together."""

from decision_tables.problems.problem import Entry, error, warning

ENTRIES: dict[str, Entry] = {
    "DT801": error(
        "规则 {one} 和 {other} 重叠，而“{table}”的命中策略是唯一。例如：{example}。",
        "The rules {one} and {other} overlap, but the hit policy of “{table}” is unique. Example: {example}.",
        "修改其中一条的条件使它们不再重叠，或改用“首条”“优先”等命中策略。",
        "Change the conditions of one of them, or choose another hit policy such as first or priority.",
    ),
    "DT802": error(
        "规则 {one} 和 {other} 会同时命中而结果不同，“{table}”的命中策略“任一”不允许。例如：{example}。",
        "The rules {one} and {other} match together with different results, which the hit policy any of “{table}” does "
        "not allow. Example: {example}.",
        "使两条规则的结果一致，或修改条件。",
        "Make their results equal, or change their conditions.",
    ),
    "DT803": error(
        "规则 {one} 和 {other} 会同时命中，优先级相同而结果不同（表“{table}”）。例如：{example}。",
        "The rules {one} and {other} of “{table}” match together with equal rank and different results. "
        "Example: {example}.",
        "给它们不同的优先级，或修改条件。",
        "Give them different priorities, or change their conditions.",
    ),
    "DT804": error(
        "规则 {one} 和 {other} 会同时命中，分不出哪条更具体（表“{table}”）。例如：{example}。",
        "The rules {one} and {other} of “{table}” match together and neither is the more specific. Example: {example}.",
        "加一条同时满足两者条件的规则，或修改条件使一条包含在另一条之内。",
        "Add a rule for the inputs that both meet, or put one rule's conditions inside the other's.",
    ),
    "DT805": error(
        "表“{table}”还有 {count} 对规则有同样的问题，没有逐一列出。",
        "The table “{table}” has {count} more pairs of rules with the same problem, not listed one by one.",
        "先处理已列出的，再检查一次。",
        "Mend those that are listed, then check again.",
    ),
    "DT811": warning(
        "表“{table}”没有覆盖：{region}。例如：{example}。",
        "The table “{table}” has no rule for: {region}. Example: {example}.",
        "补一条规则或默认规则；如果这些情况本来就没有规定，请加一行设置：A 列写“完整性”，B 列写“部分”。",
        "Add a rule or a default rule; if the policy says nothing of these cases, add a setting: 完整性 (completeness) in A, 部分 (partial) in B.",
    ),
    "DT812": warning(
        "表“{table}”还有更多没有覆盖的情况，只列出了前 {shown} 处。",
        "The table “{table}” has more gaps; the first {shown} are listed.",
        "先处理已列出的，再检查一次。",
        "Mend those that are listed, then check again.",
    ),
    "DT821": warning(
        "规则 {rule} 永远不会决定结果：更优先的规则 {by} 已覆盖它的全部情况（表“{table}”）。",
        "The rule {rule} of “{table}” never decides: the preferred rules {by} cover all its inputs.",
        "删除它，或把它移到那些规则之前。",
        "Delete it, or move it before those rules.",
    ),
    "DT831": warning(
        "取值表“{list}”的“{value}”没有任何规则提到。",
        "No rule mentions the value “{value}” of the list “{list}”.",
        "补上用到它的规则，或从取值表中删除它；只是备用的，可以登记为“已知问题”。",
        "Write the rule that is lacking, or delete the value from the list; if it is kept on purpose, list this under Accepted.",
    ),
    "DT890": warning(
        "表“{table}”太复杂，重叠和遗漏没有检查完。",
        "The table “{table}” is too complex; the search for overlaps and gaps was not finished.",
        "把表拆成几张小表，再检查一次。",
        "Part the table into smaller ones and check again.",
    ),
}
