"""DT3xx: the model, fields, value lists, sources, keys and labels."""

from decision_tables.problems.problem import Entry, error, warning

ENTRIES: dict[str, Entry] = {
    "DT301": error(
        "“{label}”没有标识。",
        "“{label}” has no key.",
        "填写英文标识，例如 {proposal}；发布以后不要再改。",
        "Write a key, for example {proposal}; it never changes once published.",
    ),
    "DT302": error(
        "标识“{key}”不符合要求：只能用小写英文字母、数字和下划线，并以字母开头。",
        "The key “{key}” is not lower_snake_case: small letters, digits and underscores, a letter first.",
        "例如改成 {proposal}。",
        "Write {proposal}, for example.",
    ),
    "DT303": error(
        "币种“{text}”不是三个大写字母的货币代码。",
        "The currency “{text}” is no code of three capital letters.",
        "人民币写 CNY。",
        "Write a code such as CNY.",
    ),
    "DT304": error(
        "不认识时区“{text}”。",
        "Unknown time zone “{text}”.",
        "中国写 Asia/Shanghai。",
        "Write a name such as Asia/Shanghai.",
    ),
    "DT305": error(
        "这条依据没有编号。",
        "This source has no id.",
        "填写编号，例如 S1。",
        "Write an id such as S1.",
    ),
    "DT306": error(
        "“{name}”重复：同一范围内的名称、标识和别名不能相同。",
        "“{name}” is used twice: names, keys and aliases of one scope must differ.",
        "改掉其中一个；全角与半角、①与 1 视为相同。",
        "Change one of them; full-width and half-width forms count as equal.",
    ),
    "DT307": error(
        "这一行没有名称。",
        "This row has no label.",
        "填写名称，或删除这一行。",
        "Write a label, or delete the row.",
    ),
    "DT308": error(
        "取值表里没有任何取值。",
        "The value list has no values.",
        "在表头下面逐行填写取值。",
        "Write one value a row below the header.",
    ),
    "DT309": error(
        "上级“{text}”不在这张取值表里。",
        "The parent “{text}” is not in this value list.",
        "相近的取值：{known}。",
        "Known values: {known}.",
    ),
    "DT310": error(
        "“{name}”的上级绕了一圈又回到自己。",
        "The parents of “{name}” lead back to itself.",
        "检查“上级”一列，去掉循环。",
        "Mend the parent column.",
    ),
    "DT311": error(
        "失效日期 {last} 早于生效日期 {first}。",
        "The last day {last} lies before the first day {first}.",
        "检查这两个日期。",
        "Check the two dates.",
    ),
    "DT312": error(
        "这里应当是一个日期，却读作“{reading}”。",
        "A single date is wanted here, but the cell reads “{reading}”.",
        "写一个日期，例如 2025-01-01。",
        "Write one date, such as 2025-01-01.",
    ),
    "DT313": error(
        "字段“{label}”的类型“{text}”不认识。",
        "The field “{label}” has the unknown type “{text}”.",
        "可用的类型：{known}。",
        "Known types: {known}.",
    ),
    "DT314": error(
        "字段“{label}”没有类型。",
        "The field “{label}” has no type.",
        "可用的类型：{known}。",
        "Known types: {known}.",
    ),
    "DT315": error(
        "文本字段和是否字段不能限定取值，“{label}”却写了“{text}”。",
        "Text and boolean fields have no domain, but “{label}” has “{text}”.",
        "清空“取值”，或改用枚举类型。",
        "Clear the domain, or make the field an enumeration.",
    ),
    "DT316": error(
        "字段“{label}”的取值表“{text}”不存在。",
        "The field “{label}” names the value list “{text}”, which does not exist.",
        "已有的取值表：{known}。",
        "Known value lists: {known}.",
    ),
    "DT317": error(
        "字段“{label}”是枚举或多选，却没有写取值表。",
        "The field “{label}” is an enumeration or a set but names no value list.",
        "在“取值”一列写取值表的标识。已有的取值表：{known}。",
        "Write the list's key in the domain column. Known value lists: {known}.",
    ),
    "DT318": error(
        "字段“{label}”的缺省值不在取值范围“{domain}”内。",
        "The default of “{label}” lies outside its domain “{domain}”.",
        "修改缺省值或取值范围。",
        "Change the default or the domain.",
    ),
    "DT319": error(
        "没有名为“{text}”的字段。",
        "There is no field “{text}”.",
        "相近的字段：{known}。如果是新字段，请先写进“字段”块。",
        "Known fields: {known}. A new field must stand in the fields block first.",
    ),
    "DT320": error(
        "没有编号为“{text}”的依据。",
        "There is no source “{text}”.",
        "已有的依据：{known}。条款位置写在编号后面，例如“S1 第二条”。",
        "Known sources: {known}. A place follows the id, as in “S1 第二条”.",
    ),
    "DT322": error(
        "字段“{label}”的缺省值“{value}”只是分组，不能作为输入。",
        "The default “{value}” of “{label}” is only a group and no input.",
        "写出它下面的具体取值。",
        "Name a value below it.",
    ),
    "DT321": warning(
        "字段“{label}”由表或公式得出，缺省值不起作用。",
        "The field “{label}” is yielded by a table or a formula, so its default has no effect.",
        "删除缺省值。",
        "Remove the default.",
    ),
}
