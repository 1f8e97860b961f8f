"""DT9xx: what a changed workbook does to the programs that call its tables."""

from decision_tables.problems.problem import Entry, error, info, warning

_NEW_VERSION_ZH = "如确需如此，请在发布时要求新的接口版本（--contract-version {next}），旧版本会继续提供。"
_NEW_VERSION_EN = (
    "If it has to be, ask for a new version of the contract when publishing (--contract-version {next}); the old one "
    "goes on being served."
)

ENTRIES: dict[str, Entry] = {
    "DT901": error(
        "删除字段“{label}”（{key}）会使已有系统无法调用{where}。",
        "Without the field “{label}” ({key}), programs that send it can no longer call {where}.",
        "请保留“字段”块中的这个字段；表中不再使用它并不妨碍调用。" + _NEW_VERSION_ZH,
        "Keep the field in the fields block; a table need not use it. " + _NEW_VERSION_EN,
    ),
    "DT902": error(
        "删除结果“{label}”（{key}）会使已有系统得不到{where}的这个结果。",
        "Without the result “{label}” ({key}), programs miss what {where} gave them.",
        "请保留这个结果列。" + _NEW_VERSION_ZH,
        "Keep the result column. " + _NEW_VERSION_EN,
    ),
    "DT903": error(
        "删除决策表“{label}”（{key}）会使已有系统无法调用它。",
        "Without the decision table “{label}” ({key}), programs can no longer call it.",
        "请保留这张表，或改回它的标识。" + _NEW_VERSION_ZH,
        "Keep the table, or give it its key again. " + _NEW_VERSION_EN,
    ),
    "DT904": error(
        "“{label}”（{key}）由{was}变为{now}，已有系统发送或读取它的方式不再适用（{where}）。",
        "“{label}” ({key}) changes from {was} to {now}; programs no longer send or read it rightly ({where}).",
        "请改回原来的类型或命中策略，或者换一个新的标识。" + _NEW_VERSION_ZH,
        "Go back to the type or hit policy that it had, or use a new key. " + _NEW_VERSION_EN,
    ),
    "DT905": error(
        "“{label}”（{key}）成为必填的输入，没有发送它的已有系统调用{where}会被拒绝。",
        "“{label}” ({key}) becomes a required input; programs that do not send it are refused by {where}.",
        "请不要设为必填，或写一个缺省值。" + _NEW_VERSION_ZH,
        "Do not require it, or give it a default. " + _NEW_VERSION_EN,
    ),
    "DT906": error(
        "固定的取值表“{list}”中删除了“{label}”（{key}），使用它的已有系统会被拒绝。",
        "The frozen value list “{list}” loses “{label}” ({key}); programs that use it are refused.",
        "请保留这个取值，可以写上失效日期。" + _NEW_VERSION_ZH,
        "Keep the value; it may have a last day. " + _NEW_VERSION_EN,
    ),
    "DT907": error(
        "“{label}”（{key}）的取值表不再是固定的，而已有系统按固定的取值编号调用{where}。",
        "The value list of “{label}” ({key}) is no longer frozen, but programs call {where} by its fixed numbers.",
        "请在取值表关键词所在行的 D 列写回“固定”。" + _NEW_VERSION_ZH,
        "Write 固定 (frozen) again in column D of the list's keyword row. " + _NEW_VERSION_EN,
    ),
    "DT908": error(
        "“{label}”（{key}）的取值范围超出了 32 位整数，已有系统需要重新编译（{where}）。",
        "The domain of “{label}” ({key}) grows beyond 32 bits; programs have to be built anew ({where}).",
        "请把取值范围限制在 2147483647 以内。" + _NEW_VERSION_ZH,
        "Keep the domain within 2147483647. " + _NEW_VERSION_EN,
    ),
    "DT909": warning(
        "固定的取值表“{list}”增加了“{label}”（{key}），已有系统不认识它。",
        "The frozen value list “{list}” gains “{label}” ({key}), which programs in use do not know.",
        "请通知调用方更新程序；经常变化的取值表不要写“固定”。",
        "Tell callers to update their programs; a list that changes often should not be frozen.",
    ),
    "DT910": info(
        "{where}不再使用“{label}”（{key}）；已有系统可以照旧发送，但它不再影响结果。",
        "“{label}” ({key}) no longer counts in {where}; programs may go on sending it without effect.",
        "确认这是有意的。",
        "Make sure that this is meant.",
    ),
    "DT911": info(
        "接口新增“{label}”（{key}）；已有系统不受影响。",
        "The contract gains “{label}” ({key}); programs in use are not affected.",
        "不需要处理。",
        "Nothing needs to be done.",
    ),
    "DT912": info(
        "“{label}”（{key}）不再是必填的输入；已有系统不受影响（{where}）。",
        "“{label}” ({key}) is no longer a required input; programs in use are not affected ({where}).",
        "不需要处理。",
        "Nothing needs to be done.",
    ),
}
