"""DT1xx: the file itself, before its content is understood."""

from decision_tables.problems.problem import Entry, error, info, warning

_SAVE_AGAIN_ZH = "请用 Excel 或 WPS 打开原文件，另存为新的 .xlsx 文件后再试；若打不开，请换用最近的备份。"
_SAVE_AGAIN_EN = (
    "Open the original in Excel or WPS and save it as a new .xlsx file; if it does not open, use the latest backup."
)

ENTRIES: dict[str, Entry] = {
    "DT101": error(
        "这不是文件，而是文件夹或其他对象。",
        "This is not a file but a folder or something else.",
        "请指定一个 .xlsx 工作簿文件。",
        "Name an .xlsx workbook file.",
    ),
    "DT102": error(
        "文件是空的（0 字节）。",
        "The file is empty (0 bytes).",
        "可能没有保存或传输成功，请重新保存或重新上传。",
        "It may not have been saved or transferred; save or upload it again.",
    ),
    "DT103": error(
        "文件超过 {limit} MB，没有读取。",
        "The file is larger than {limit} MB and was not read.",
        "请删除图片等与规则无关的内容，或拆成几个工作簿。",
        "Remove pictures and whatever else the rules do not need, or split it into several workbooks.",
    ),
    "DT104": error(
        "这是旧版 Excel（.xls）或 WPS（.et）格式，不能读取。",
        "This is a file in the old Excel (.xls) or WPS (.et) format, which is not read.",
        "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”。",
        "Open it in Excel or WPS and save it as an Excel workbook (.xlsx).",
    ),
    "DT105": error(
        "文件设有打开密码，不能读取。",
        "The file is protected by a password and cannot be read.",
        "请打开文件，在“文件 → 信息 → 保护工作簿”（WPS 为“文件 → 文档加密”）中取消密码，保存后再试。",
        "Open it, remove the password under File → Info → Protect Workbook, save it and try again.",
    ),
    "DT106": error(
        "这不是 .xlsx 工作簿，内容是{kind}。",
        "This is not an .xlsx workbook but {kind}.",
        "只改扩展名没有用，请用 Excel 或 WPS 打开并另存为“Excel 工作簿（.xlsx）”。",
        "Renaming does not convert it; open it in Excel or WPS and save it as an Excel workbook (.xlsx).",
    ),
    "DT107": error(
        "文件已损坏或不完整，无法读取：{part}。",
        "The file is damaged or incomplete and cannot be read: {part}.",
        _SAVE_AGAIN_ZH,
        _SAVE_AGAIN_EN,
    ),
    "DT108": error(
        "文件不完整，缺少必要的部分：{part}。",
        "The file is incomplete; a necessary part is missing: {part}.",
        _SAVE_AGAIN_ZH,
        _SAVE_AGAIN_EN,
    ),
    "DT109": error(
        "文件内部结构可疑，已拒绝读取：“{entry}”{reason}。",
        "The inside of the file is suspicious and was refused: “{entry}”, {reason}.",
        "正常保存的工作簿不会这样，请确认文件来源；需要时用 Excel 或 WPS 另存一份再试。",
        "No program saves a workbook like this; check where it came from, or save it anew in Excel or WPS.",
    ),
    "DT110": error(
        "文件解压后过大，已拒绝读取：{what}为 {actual}，上限 {limit}。",
        "The file unpacks to too much and was refused: {what} {actual}, at most {limit}.",
        "请确认文件来源；若是正常文件，请删除无关内容或拆成几个工作簿。",
        "Check where the file came from; if it is genuine, remove what the rules do not need or split it.",
    ),
    "DT111": error(
        "文件中含有 XML 文档类型或实体定义（{part}），出于安全已拒绝读取。",
        "The file holds an XML document type or entity definition ({part}) and was refused for safety.",
        "正常保存的工作簿不会含有它，请确认文件来源；需要时用 Excel 或 WPS 另存一份再试。",
        "No program saves a workbook like this; check where it came from, or save it anew in Excel or WPS.",
    ),
    "DT112": error(
        "超出上限：{what}达到 {actual}，最多 {limit}。",
        "Beyond a limit: {what} {actual}, at most {limit}.",
        "请删除多余的内容（例如表格之外误填的行列），或拆成几个工作簿。",
        "Remove what is not needed (stray rows or columns, for example) or split the workbook.",
    ),
    "DT113": error(
        "单元格已损坏：{reason}。",
        "The cell is damaged: {reason}.",
        "请在 Excel 或 WPS 中重新填写这个单元格并保存；若由程序生成，请检查该程序。",
        "Fill in this cell again in Excel or WPS and save; if a program made the file, check that program.",
    ),
    "DT114": error(
        "有两个工作表同名：“{name}”。",
        "Two sheets have the same name: “{name}”.",
        "请给其中一个工作表改名（大小写不同也算同名）。",
        "Rename one of them; names that differ only in case count as the same.",
    ),
    "DT115": error(
        "合并单元格互相重叠。",
        "Merged cells overlap one another.",
        "请取消这里的合并，再按需要重新合并。",
        "Unmerge the cells here and merge them again as needed.",
    ),
    "DT116": error(
        "工作簿中没有可读取的工作表。",
        "The workbook has no sheet that can be read.",
        "请至少保留一个普通工作表（图表页不算）。",
        "Keep at least one ordinary sheet; chart sheets do not count.",
    ),
    "DT120": warning(
        "这个单元格被合并单元格 {anchor} 盖住，里面残留的内容看不见，已忽略。",
        "This cell lies under the merged cell {anchor}; what is left in it cannot be seen and is ignored.",
        "如果需要这项内容，请先取消合并再填写；否则取消合并、清除后重新合并。",
        "Unmerge and fill it in if it is needed; otherwise unmerge, clear it and merge again.",
    ),
    "DT121": info(
        "文件含有宏，宏不会被读取或运行。",
        "The file holds macros; they are neither read nor run.",
        "规则不需要宏，建议另存为不含宏的 .xlsx。",
        "The rules need no macros; saving as an .xlsx without macros is advisable.",
    ),
    "DT122": info(
        "文件引用了其他工作簿，只采用文件中已保存的值，不会打开别的文件。",
        "The file refers to other workbooks; only the values saved in it count, no other file is opened.",
        "发布前请确认这些值是最新的，最好改为直接填写。",
        "See that the values are up to date before publishing; better, type them in.",
    ),
}
