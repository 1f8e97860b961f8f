"""DT6xx: formulas and computed results."""

from decision_tables.problems.problem import Entry, error, warning

ENTRIES: dict[str, Entry] = {
    # The text
    "DT600": error(
        "算式是空的。",
        "The formula is empty.",
        "写出算式，例如“年费 + 50”；不需要计算就删去“计算：”。",
        "Write a formula, such as “年费 + 50”, or delete “calc:” if nothing is computed.",
    ),
    "DT601": error(
        "算式有 {length} 个字符，超过了 {limit} 个字符的上限。",
        "The formula has {length} characters, more than the limit of {limit}.",
        "把算式拆成几个带“计算”的字段，再引用这些字段。",
        "Split it into several computed fields and refer to them.",
    ),
    "DT602": error(
        "括号和函数嵌套超过 {limit} 层。",
        "Brackets and functions are nested more than {limit} levels deep.",
        "把里层的部分写成单独的计算字段；一长串 IF 可改用 IFS，或改成决策表。",
        "Make the inner part a computed field of its own; replace a long chain of IF by IFS or by a decision table.",
    ),
    "DT603": error(
        "算式第 {position} 个字符“{character}”不能用在这里。",
        "Character {position} of the formula, “{character}”, cannot be used here.",
        "删去这个字符；如果它是字段名称的一部分，用方括号把整个名称括起来，例如 [合计(月)]。",
        "Delete it; if it is part of a field's label, put the whole label in square brackets, such as [合计(月)].",
    ),
    "DT604": error(
        "算式第 {position} 个字符开始的文本缺少后引号。",
        "The text that begins at character {position} has no closing quote.",
        '在文本末尾补上引号；文本里本来就有的引号要写两个（""）。',
        'Add the closing quote; a quote inside the text is written twice ("").',
    ),
    "DT605": error(
        "算式第 {position} 个字符的左方括号没有对应的右方括号。",
        "The square bracket at character {position} is not closed.",
        "在字段名称后面补上“]”。",
        "Add “]” after the field's label.",
    ),
    "DT606": error(
        "算式第 {position} 个字符处的“{found}”不合语法。",
        "“{found}” at character {position} does not fit here.",
        "检查它前面是否少了运算符、逗号或括号；名称里有空格、横线、括号等符号时，用方括号括起来，例如 [合计(月)]；"
        "“且”“或”写成函数：AND(甲, 乙)、OR(甲, 乙)。",
        "See whether an operator, a comma or a bracket is missing before it; a label with blanks, dashes or brackets "
        "stands in square brackets, such as [合计(月)]; “and”, “or” are functions: AND(a, b), OR(a, b).",
    ),
    "DT607": error(
        "算式第 {position} 个字符处的“{operator}”不是这里的运算符。",
        "“{operator}” at character {position} is no operator here.",
        "改写成 {instead}。",
        "Write {instead} instead.",
    ),
    "DT608": error(
        "算式太长太深，超过 {limit} 层运算。",
        "The formula is too long or too deep: more than {limit} levels of operations.",
        "把算式拆成几个带“计算”的字段；很多项相加时用 SUM(甲, 乙, …)。",
        "Split it into several computed fields; add many terms with SUM(a, b, …).",
    ),
    "DT609": error(
        "“{number}”里的全角逗号可以是千位分隔，也可以是参数之间的分隔，无法判断。",
        "The full-width comma in “{number}” may be a thousands mark or separate two arguments.",
        "一个数就去掉逗号；两个参数就在逗号后面加一个空格。",
        "Remove the comma if it is one number; put a blank after it if these are two arguments.",
    ),
    "DT610": error(
        "算式第 {position} 个字符处的数“{number}”太长，最多 {limit} 位。",
        "The number “{number}” at character {position} is too long; at most {limit} digits.",
        "检查是否多输入了数字；证件号码这类编号要写成带引号的文本。",
        "See whether digits were typed twice; codes such as identity numbers are text in quotes.",
    ),
    "DT611": error(
        "算式第 {position} 个字符处的“{number}”以 0 开头，不是一个正常写法的数。",
        "“{number}” at character {position} begins with a superfluous zero.",
        "如果前面的逗号是千位分隔（如 1,000），去掉逗号；如果是编号，加上引号写成文本。",
        "If the comma before it is a thousands mark (1,000), remove it; if it is a code, put it in quotes.",
    ),
    "DT612": error(
        "“{name}”是函数，后面要带括号。",
        "“{name}” is a function and needs brackets.",
        "写成 {usage}；如果它是字段，先在“字段”里登记。",
        "Write {usage}; if a field is meant, add it to the fields first.",
    ),
    "DT613": error(
        "看不懂“{text}”：算式里的数不带单位，也不用“万”“亿”。",
        "“{text}” cannot be read: numbers in a formula carry no unit and no 万 or 亿.",
        "只写数字，例如把“5万”写成 50000；如果它是字段名称，用方括号括起来：[{text}]。",
        "Write digits only, such as 50000 for 5万; if it is a field's label, put it in square brackets: [{text}].",
    ),
    "DT614": error(
        "算式没有写完。",
        "The formula ends too early.",
        "补上最后一个运算符或逗号后面的内容。",
        "Write what follows the last operator or comma.",
    ),
    "DT615": error(
        "算式缺少右括号，或括号里没有写完。",
        "A closing bracket is missing, or what stands in the brackets is unfinished.",
        "检查每个左括号是否都有对应的右括号。",
        "See that every opening bracket has its closing one.",
    ),
    # Names
    "DT620": error(
        "没有名为“{name}”的字段。",
        "There is no field “{name}”.",
        '{suggestion}字段要先在“字段”里登记；文本和取值要加引号，例如 "本市"。',
        '{suggestion}A field is listed in the fields block first; text and values stand in quotes, such as "本市".',
    ),
    "DT621": error(
        "没有名为“{name}”的函数。",
        "There is no function “{name}”.",
        "{suggestion}可用的函数见编写说明。",
        "{suggestion}The guide lists the functions.",
    ),
    "DT622": error(
        "“{name}(…)”被读作函数，但没有这个函数。",
        "“{name}(…)” reads as a function, and there is none of that name.",
        "名称里带括号的字段要用方括号括起来：[{label}]。",
        "A field whose label has brackets stands in square brackets: [{label}].",
    ),
    "DT623": error(
        "函数 {function} 写了 {given} 个参数，个数不对。",
        "{function} has {given} arguments, which is the wrong number.",
        "写法是 {usage}。",
        "It is written {usage}.",
    ),
    "DT624": error(
        "函数 {usage} 有一个参数是空的。",
        "An argument of {usage} is empty.",
        "写出这个参数；IF 不满足条件时不需要值，就连同逗号一起省去第三个参数。",
        "Write the argument; if IF needs no value otherwise, leave out the third argument with its comma.",
    ),
    # Types
    "DT625": error(
        "函数 {usage} 的参数“{part}”的类型为{found}，这里要{expected}。",
        "The argument “{part}” of {usage} is {found}; it must be {expected}.",
        "检查参数的顺序和字段的类型；数字和日期不加引号，日期写成 DATE(2024, 11, 1)。",
        "Check the order of the arguments and the field's type; numbers and dates stand without quotes, "
        "a date is written DATE(2024, 11, 1).",
    ),
    "DT626": error(
        "运算符“{operator}”旁边的“{part}”的类型为{found}，这里要{expected}。",
        "“{part}” beside the operator “{operator}” is {found}; it must be {expected}.",
        "检查字段的类型；是否型字段用 IF(字段, 值, 值) 换成数字，引号里的数字去掉引号。",
        "Check the field's type; turn yes or no into a number with IF(field, value, value); take numbers out of quotes.",
    ),
    "DT627": error(
        "“{left}”的类型为{left_kind}，“{right}”的类型为{right_kind}，不能比较。",
        "“{left}” is {left_kind} and “{right}” is {right_kind}; they cannot be compared.",
        "同类才能比较：数字不加引号，日期写成 DATE(2024, 11, 1)，是否写成 是 或 否（不加引号）；枚举只和同一取值表的值比较，值要加引号。",
        "Only like types compare: numbers without quotes, a date as DATE(2024, 11, 1), yes or no as TRUE or FALSE "
        "without quotes, an enumeration with values of its own list, in quotes.",
    ),
    "DT628": error(
        "“{part}”的类型为{kind}，没有大小之分，不能用“{operator}”。",
        "“{part}” is {kind} and has no order, so “{operator}” does not apply.",
        "只能用 = 或 <>；要按大小比较，请用数字或日期字段。",
        "Use = or <>; for an order use a number or a date field.",
    ),
    "DT629": error(
        "“{part}”是多选字段，不能直接比较。",
        "“{part}” is a set and cannot be compared directly.",
        '判断是否含有某个值，写成 HAS({part}, "值")。',
        'To ask whether it contains a value, write HAS({part}, "value").',
    ),
    "DT630": error(
        "连写的比较（如 18<=年龄<60）在算式里不成立。",
        "A chained comparison, such as 18<=age<60, does not work in a formula.",
        "分开写：AND(年龄>=18, 年龄<60)。",
        "Write it apart: AND(age>=18, age<60).",
    ),
    "DT631": error(
        "函数 {usage} 里的“{first}”的类型为{first_kind}，“{second}”的类型为{second_kind}，应当一致。",
        "In {usage}, “{first}” is {first_kind} and “{second}” is {second_kind}; they must be of one type.",
        "把它们写成同一类的值：都是数字、都是日期，或都是同一取值表的值。",
        "Make them one type: all numbers, all dates, or all values of one list.",
    ),
    "DT632": error(
        "DATEDIF 的单位不对。",
        "The unit of DATEDIF is wrong.",
        "单位写成带引号的文本，是下列之一：{units}。",
        "The unit is text in quotes, one of {units}.",
    ),
    "DT633": error(
        "取值表 {list} 中没有“{value}”。",
        "The value list {list} has no “{value}”.",
        "{suggestion}写取值表里的名称、标识或别名。",
        "{suggestion}Use a label, key or alias of the list.",
    ),
    "DT634": error(
        "算式的结果“{part}”的类型为{found}，而这个字段要{expected}。",
        "The result “{part}” of the formula is {found}; the field takes {expected}.",
        "改正算式，或者修改字段的类型；数字不加引号。",
        "Correct the formula or change the field's type; numbers stand without quotes.",
    ),
    "DT635": error(
        '算式用空文本 "" 作结果，而这个字段要{expected}。',
        'The formula gives the empty text "", while the field takes {expected}.',
        "没有值时省去 IF 的第三个参数，不要写空引号。",
        "For no value leave out IF's third argument instead of writing empty quotes.",
    ),
    "DT641": error(
        '“{part}”与空文本 "" 比较，永远不成立：没有值的字段不是空文本。',
        '“{part}” is compared with the empty text "", which never holds: a field without a value is no empty text.',
        "判断有没有值，写成 ISBLANK({part})，或 NOT(ISBLANK({part}))。",
        "To ask whether there is a value, write ISBLANK({part}) or NOT(ISBLANK({part})).",
    ),
    # LOOKUP
    "DT636": error(
        "函数 {usage} 里的表名和字段名必须直接写出，不能由算式算出。",
        "The names of the table and of the fields in {usage} must be written out, not computed.",
        '写成带引号的标识或名称，例如 LOOKUP("annual_fee", "年费", "户籍", 户籍)。',
        'Write keys or labels in quotes, such as LOOKUP("annual_fee", "年费", "户籍", 户籍).',
    ),
    "DT637": error(
        "没有标识为“{table}”的表。",
        "There is no table “{table}”.",
        "{suggestion}写“决策表”或“交叉表”那一行 B 列的标识。",
        "{suggestion}Use the key in column B of the table's first row.",
    ),
    "DT638": error(
        "表 {table} 不给出结果“{field}”。",
        "The table {table} does not yield “{field}”.",
        "它的结果有：{results}。",
        "Its results are: {results}.",
    ),
    "DT639": warning(
        "给表 {table} 的字段“{field}”不是它的条件，可能不起作用。",
        "The field “{field}” given to the table {table} is none of its conditions and may have no effect.",
        "写表中条件列的字段；如果它经由计算字段起作用，可以列入“已知问题”。",
        "Give fields of the table's condition columns; if it acts through a computed field, list this under Accepted.",
    ),
    "DT640": error(
        "LOOKUP 里字段“{field}”给了两次。",
        "LOOKUP gives the field “{field}” twice.",
        "每个字段只写一次。",
        "Give each field once.",
    ),
    "DT642": error(
        "表 {table} 可以给出多个结果，不能用 LOOKUP 查一个值。",
        "The table {table} answers a list, so LOOKUP cannot take one value from it.",
        "查一张只给出一个结果的表，或改用求和、最小、最大等命中策略。",
        "Look up a table that gives one result, or let it sum its hits or take the smallest or largest.",
    ),
}
