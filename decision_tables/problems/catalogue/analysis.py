"""DT8xx: what the rules of a table do together."""

from decision_tables.problems.problem import Entry, error, info, warning

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
    "DT806": error(
        "规则 {one}（{field} {reading_one}）和规则 {other}（{field} {reading_other}）都包括 {value}（表“{table}”）。例如：{example}。",
        "The rules {one} ({field} {reading_one}) and {other} ({field} {reading_other}) of “{table}” both include {value}. Example: {example}.",
        "“以上”“以下”“以内”都包括本数，“不满”“超过”不包括。请把其中一条改成{advice}，让 {value} 只归一条。",
        "以上, 以下 and 以内 include the number itself, 不满 and 超过 do not. Write one of the two as {advice}, so that {value} belongs to one rule only.",
    ),
    "DT807": error(
        "规则 {one} 和 {other} 条件相同，适用时间却重叠：{days}（表“{table}”）。",
        "The rules {one} and {other} of “{table}” have equal conditions and are both in force: {days}.",
        "把先前那条的失效日期改到后一条生效日期的前一天；如果本来是不同的情况，修改条件。",
        "Let the earlier one end on the day before the later one begins; if they mean different cases, change the conditions.",
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
    "DT813": info(
        "只有调用方直接给出前面的表本来不会得出的值时，表“{table}”才会没有规则：{region}。例如：{example}。",
        "Only where a caller gives what the earlier tables never yield, the table “{table}” has no rule for: {region}. Example: {example}.",
        "一般不用处理；如果前面的表以后会得出这些值，请补上规则。",
        "Nothing needs to be done, unless the earlier tables will yield these values one day: then add a rule.",
    ),
    "DT814": warning(
        "表“{table}”的两个版本之间有空档：{days}没有适用的表。",
        "Between two versions of the table “{table}” none is in force: {days}.",
        "修改前一版的失效日期或后一版的生效日期，使它们首尾相接。",
        "Change the last day of the one or the first day of the other, so that they follow each other.",
    ),
    "DT815": warning(
        "规则 {before} 和 {after} 条件相同，适用时间之间有空档：{days}（表“{table}”）。",
        "The rules {before} and {after} of “{table}” have equal conditions and leave days between them: {days}.",
        "修改前一条的失效日期或后一条的生效日期，使它们首尾相接。",
        "Change the last day of the one or the first day of the other, so that they follow each other.",
    ),
    "DT821": warning(
        "规则 {rule} 永远不会决定结果：规则 {by} 已覆盖它的全部情况，总是由它们决定（表“{table}”）。",
        "The rule {rule} of “{table}” never decides: the preferred rules {by} cover all its inputs.",
        "首条：把它移到那些规则之前；优先：给它更小的优先级；最具体：收窄那些规则的条件；不需要的，删除。",
        "Under first move it before those rules, under priority give it a smaller number, under most specific narrow the others; or delete it.",
    ),
    "DT822": warning(
        "规则 {rule} 永远不会适用：没有一个可用的“{field}”能满足这个条件（表“{table}”）。",
        "The rule {rule} of “{table}” never applies: no “{field}” that can be given meets this condition.",
        "检查取值范围、取值表中“仅分组”和生效、失效的设置，修改条件或删除这条规则。",
        "Check the domain, and in the value list what is group only or not in force; change the condition or delete the rule.",
    ),
    "DT823": info(
        "规则 {rule} 只有在调用方直接给出前面的表本来不会得出的值时才会决定结果（表“{table}”）。",
        "The rule {rule} of “{table}” decides only where a caller gives what the earlier tables never yield.",
        "一般情况下它不会用到；如果不是有意的，检查前面的表，或删除它。",
        "In the ordinary course it is never used; unless this is meant, check the earlier tables, or delete it.",
    ),
    "DT824": info(
        "删除规则 {rule} 不影响任何结果：结果相同的规则 {by} 已覆盖它的全部情况（表“{table}”）。",
        "The rule {rule} of “{table}” could go without changing any result: the rules {by} with the same results cover it.",
        "如果它没有别的用处（例如注明依据），可以删除。",
        "Delete it, unless it is kept for another reason, such as its source.",
    ),
    "DT825": info(
        "默认规则 {rule} 永远不会用到：别的规则已覆盖全部情况（表“{table}”）。",
        "The default rule {rule} of “{table}” never applies: the other rules cover all inputs.",
        "留作保险无妨；如果它应当适用于某些情况，检查别的规则是否写得太宽。",
        "It does no harm; if it was meant for some cases, look whether another rule is too wide.",
    ),
    "DT826": warning(
        "规则 {rule} 永远不会适用：它对“{field}”的几个条件互相排斥（表“{table}”）。",
        "The rule {rule} of “{table}” never applies: its conditions on “{field}” exclude each other.",
        "修改其中一个条件，或删除这条规则。",
        "Change one of the conditions, or delete the rule.",
    ),
    "DT827": info(
        "前面的表得不出能满足这个条件的“{field}”，所以规则 {rule} 只有在调用方直接给出“{field}”时才会适用（表“{table}”）。",
        "No earlier table yields a “{field}” that meets this condition, so the rule {rule} of “{table}” applies only where a caller gives “{field}”.",
        "如果不是有意的，检查前面的表的结果，或修改这个条件。",
        "Unless this is meant, check the results of the earlier table, or change the condition.",
    ),
    "DT828": info(
        "前面的表得出的结果不会这样搭配，所以规则 {rule} 只有在调用方直接给出这些值时才会适用（表“{table}”）。",
        "The results of an earlier table never come together like this, so the rule {rule} of “{table}” applies only where a caller gives them.",
        "如果不是有意的，检查前面的表的结果，或修改条件。",
        "Unless this is meant, check the results of the earlier table, or change the conditions.",
    ),
    "DT831": warning(
        "取值表“{list}”的“{value}”没有任何规则提到。",
        "No rule mentions the value “{value}” of the list “{list}”.",
        "补上用到它的规则，或从取值表中删除它；只是备用的，可以登记为“已知问题”。",
        "Write the rule that is lacking, or delete the value from the list; if it is kept on purpose, list this under Accepted.",
    ),
    "DT832": info(
        "“{field}”永远不会是“{value}”：给出它的规则都不会决定结果。",
        "“{field}” is never “{value}”: no rule that gives it ever decides.",
        "检查这些规则为什么不起作用；不需要的，删除。",
        "Look why these rules have no effect; delete them if they are not needed.",
    ),
    "DT833": info(
        "没有任何规则得出“{value}”，所以除非调用方直接给出，“{field}”不会是“{value}”；别处的条件或算式却包括它。",
        "No rule yields “{value}”, so “{field}” is “{value}” only where a caller gives it; conditions or formulas elsewhere include it.",
        "如果漏了，补上得出它的规则；不需要的，从取值表中删除。",
        "Add the rule that yields it if it was forgotten, or delete the value from the list if it is not needed.",
    ),
    "DT841": warning(
        "规则 {other} 与规则 {one} 重复：条件和结果都相同（表“{table}”）。",
        "The rule {other} of “{table}” repeats the rule {one}: equal conditions and equal results.",
        "删除其中一条；如果本来是不同的情况，修改条件。",
        "Delete one of them; if they mean different cases, change the conditions.",
    ),
    "DT842": info(
        "规则 {rules} 只有“{field}”不同，结果相同，可以合并成一条：“{field}”写“{cell}”（表“{table}”）。",
        "The rules {rules} of “{table}” differ only in “{field}” and have equal results: one rule with “{cell}” could stand for them.",
        "想精简的话，把规则 {first} 的“{field}”改成“{cell}”，删除其余的；分开写更清楚的，不必合并。",
        "To shorten the table, write “{cell}” for “{field}” in the rule {first} and delete the others; keep them apart if that reads better.",
    ),
    "DT843": info(
        "规则 {rule} 的条件“{field} {reading}”不起作用：写成“不限”，结果也一样{but}（表“{table}”）。",
        "The condition “{field} {reading}” of the rule {rule} of “{table}” has no effect: with 不限 all results are the same{but}.",
        "可以改成“不限”；为了读起来清楚而保留也可以。",
        "Write 不限, or keep it if it reads better.",
    ),
    "DT844": info(
        "表“{table}”的命中策略是首条，但没有两条规则会同时命中，先后不起作用。",
        "The hit policy of “{table}” is first, but no two rules ever match together, so their order does not matter.",
        "可以改用“唯一”：以后不小心写重了，检查时会指出来。",
        "The hit policy unique would do, and a later overlap made by mistake would be reported.",
    ),
    "DT845": info(
        "表“{table}”中有规则部分重叠而结果不同，由先后决定：{pairs}。例如：{example}，按先后取规则 {winner}。",
        "In the table “{table}” rules overlap in part with different results, and their order decides: {pairs}. Example: {example}, where the rule {winner} wins.",
        "确认先后是有意的；不是的话，修改条件使它们不再重叠。",
        "Make sure that the order is meant; otherwise change the conditions so that they no longer overlap.",
    ),
    "DT846": warning(
        "表“{table}”还有 {count} 条重复的规则，没有逐一列出。",
        "The table “{table}” has {count} more repeated rules, not listed one by one.",
        "先处理已列出的，再检查一次。",
        "Mend those that are listed, then check again.",
    ),
    "DT847": info(
        "表“{table}”还有 {count} 组规则可以合并，没有逐一列出。",
        "The table “{table}” has {count} more groups of rules that could be merged, not listed one by one.",
        "先处理已列出的，再检查一次。",
        "Look at those that are listed, then check again.",
    ),
    "DT848": info(
        "表“{table}”还有 {count} 个条件不起作用，没有逐一列出。",
        "The table “{table}” has {count} more conditions without effect, not listed one by one.",
        "先处理已列出的，再检查一次。",
        "Look at those that are listed, then check again.",
    ),
    "DT890": warning(
        "表“{table}”太复杂，这一项没有检查完：{what}。已经找到的都列出了。",
        "The table “{table}” is too complex; this was not checked to the end: {what}. What was found is listed.",
        "把表拆成几张小表，再检查一次。",
        "Part the table into smaller ones and check again.",
    ),
}
