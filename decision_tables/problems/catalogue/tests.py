"""DT7xx: test cases and accepted findings."""

from decision_tables.problems.problem import Entry, error, info, warning

ENTRIES: dict[str, Entry] = {
    "DT701": error(
        "测试块缺少分区行（用例、输入、期望、备注）或表头行。",
        "The tests block lacks its band row (用例, 输入, 期望, 备注) or its header row.",
        "关键词下面先写分区行，再写字段名称，然后一行一个用例。",
        "Below the keyword write the band row, then the field names, then one case a row.",
    ),
    "DT702": error(
        "没有标识为“{text}”的表。",
        "There is no table “{text}”.",
        "已有的表：{known}。",
        "Known tables: {known}.",
    ),
    "DT703": error(
        "“{field}”不是所测试的表的结果。",
        "“{field}” is no result of the tested tables.",
        "期望列只能写结果字段，或“规则”。",
        "Expectations name result fields, or 规则 (rule).",
    ),
    "DT704": error(
        "期望写了“{text}”，其余期望应当留空。",
        "The case expects “{text}”, so its other expectations must be blank.",
        "清空这个期望，或删除“{text}”。",
        "Clear this expectation, or remove “{text}”.",
    ),
    "DT705": warning(
        "用例“{case}”没有任何期望，什么也检查不到。",
        "The case “{case}” expects nothing and checks nothing.",
        "至少填写一个期望。",
        "Fill in at least one expectation.",
    ),
    "DT706": error(
        "用例“{case}”：“{field}”应为 {expected}，实际为 {actual}（{rule}）。",
        "Case “{case}”: “{field}” should be {expected} but is {actual} ({rule}).",
        "检查所命中的规则，或修改期望。",
        "Check the rule that matched, or change the expectation.",
    ),
    "DT707": error(
        "用例“{case}”：应命中规则 {expected}，实际命中 {actual}。",
        "Case “{case}”: rule {expected} should match, but {actual} did.",
        "检查规则的条件，或修改期望。",
        "Check the rules' conditions, or change the expectation.",
    ),
    "DT708": error(
        "用例“{case}”：应为{expected}，实际为{actual}。",
        "Case “{case}”: {expected} is expected, but the answer is {actual}.",
        "检查输入和规则，或修改期望。",
        "Check the inputs and the rules, or change the expectation.",
    ),
    "DT709": error(
        "用例“{case}”未能计算：{message}",
        "Case “{case}” was refused: {message}",
        "修正输入或规则；如果本应拒绝，请把期望写成“错误”。",
        "Mend the inputs or the rules; if it should be refused, expect 错误 (error).",
    ),
    "DT711": error(
        "没有编号为“{text}”的问题。",
        "There is no problem code “{text}”.",
        "照抄检查报告里的编号，例如 {known}。",
        "Copy the code from the report, for example {known}.",
    ),
    "DT712": error(
        "“{text}”不是单元格地址。",
        "“{text}” is no cell address.",
        "写成“收费!C12”的样子。",
        "Write it like 收费!C12.",
    ),
    "DT713": error(
        "接受一个问题必须写明理由。",
        "Accepting a finding needs a reason.",
        "在“理由”一列填写。",
        "Fill in the reason column.",
    ),
    "DT714": error(
        "{cell} 的 {finding} 是错误，不能登记为已知问题。",
        "{finding} at {cell} is an error and cannot be accepted.",
        "请修正那个单元格。",
        "Mend that cell.",
    ),
    "DT715": info(
        "{cell} 现在没有 {finding}，这一行已经没有作用。",
        "There is no {finding} at {cell} any more, so this row has no effect.",
        "删除这一行。",
        "Delete the row.",
    ),
}
