"""Formula text → syntax tree, with Excel's precedence.

expression    = sum-text { ( = | <> | < | <= | > | >= ) sum-text }
sum-text      = sum { & sum }
sum           = product { ( + | - ) product }
product       = power { ( * | / ) power }
power         = percent { ^ percent }                      from left to right: 2^3^2 is 64
percent       = prefixed { % }
prefixed      = { + | - } operand                          binds tighter than ^: -2^2 is 4
operand       = number | text | TRUE | FALSE | 是 | 否 | [label] | call | word | ( expression )
call          = word "(" [ argument { , argument } ] ")"
argument      = [ expression ]
"""

from __future__ import annotations

from decimal import Decimal

from decision_tables.expressions.arithmetic import written_digits
from decision_tables.expressions.bounds import MAX_HEIGHT, MAX_LITERAL_DIGITS, MAX_NESTING
from decision_tables.expressions.lexer import FormulaError, Sign, Token, tokens_of
from decision_tables.expressions.syntax import Call, Infix, Name, Number, Omitted, Percent, Prefix, Syntax, Text, Truth
from decision_tables.text import folded

COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
PRECEDENCE = dict.fromkeys(COMPARISONS, 1) | {"&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
"""How tightly each operator binds, Excel's way; signs and ``%`` bind tighter than all of them."""
TRUTHS = {"true": True, "false": False, "是": True, "否": False}


def parse_syntax(source: str) -> Syntax:
    """The syntax tree of a formula; raises :class:`FormulaError`."""
    tree = _Parser(tokens_of(source)).formula()
    if _height(tree) > MAX_HEIGHT:
        raise FormulaError("DT608", limit=MAX_HEIGHT)
    return tree


class _Parser:
    """Reads tokens from left to right; counts open brackets, and expressions inside one another."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0
        self._brackets = 0

    def formula(self) -> Syntax:
        """The whole text."""
        tree = self._expression()
        if self._peek().sign is not Sign.END:
            raise self._unexpected()
        return tree

    # Operators

    def _expression(self, loosest: int = 1) -> Syntax:
        """Operands joined by operators that bind at least as tightly as ``loosest``, from left to right."""
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise FormulaError("DT602", limit=MAX_NESTING)
        tree = self._percent()
        while (precedence := self._precedence()) >= loosest:
            tree = Infix(self._take().text, tree, self._expression(precedence + 1))
        self._depth -= 1
        return tree

    def _precedence(self) -> int:
        token = self._peek()
        return PRECEDENCE.get(token.text, 0) if token.sign is Sign.OPERATOR else 0

    def _percent(self) -> Syntax:
        tree = self._prefixed()
        while self._taken(("%",)):
            tree = Percent(tree)
        return tree

    def _prefixed(self) -> Syntax:
        operators: list[str] = []
        while (operator := self._taken(("+", "-"))) is not None:
            operators.append(operator)
        tree = self._operand()
        for operator in reversed(operators):
            tree = Prefix(operator, tree)
        return tree

    # Operands

    def _operand(self) -> Syntax:
        token = self._peek()
        match token.sign:
            case Sign.NUMBER:
                return Number(_number(self._take()))
            case Sign.TEXT:
                return Text(self._take().text)
            case Sign.LABEL:
                return Name(self._take().text, in_brackets=True)
            case Sign.WORD:
                return self._word()
            case Sign.OPEN:
                return self._bracketed()
            case _:
                raise self._unexpected()

    def _word(self) -> Syntax:
        word = self._take().text
        if self._peek().sign is Sign.OPEN:
            return self._call(word)
        truth = TRUTHS.get(folded(word))
        return Name(word) if truth is None else Truth(truth)

    def _bracketed(self) -> Syntax:
        self._open()
        tree = self._expression()
        self._close()
        return tree

    def _call(self, name: str) -> Call:
        self._open()
        if self._peek().sign is Sign.CLOSE:
            self._close()
            return Call(name, ())
        arguments = [self._argument()]
        while self._peek().sign is Sign.COMMA:
            self._take()
            arguments.append(self._argument())
        self._close()
        return Call(name, tuple(arguments))

    def _argument(self) -> Syntax:
        if self._peek().sign in (Sign.COMMA, Sign.CLOSE):
            return Omitted()
        return self._expression()

    # Tokens

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _taken(self, operators: tuple[str, ...]) -> str | None:
        token = self._peek()
        if token.sign is Sign.OPERATOR and token.text in operators:
            return self._take().text
        return None

    def _open(self) -> None:
        self._take()
        self._brackets += 1

    def _close(self) -> None:
        if self._peek().sign is not Sign.CLOSE:
            raise self._unexpected()
        self._take()
        self._brackets -= 1

    def _unexpected(self) -> FormulaError:
        token = self._peek()
        if token.sign is Sign.END:
            return FormulaError("DT615" if self._brackets else "DT614")
        return FormulaError("DT606", found=token.text, position=token.position)


def _height(tree: Syntax) -> int:
    """The number of levels; counted level by level, since a deep tree must not exhaust the stack."""
    height, level = 0, [tree]
    while level:
        height += 1
        level = [part for node in level for part in _parts(node)]
    return height


def _parts(tree: Syntax) -> tuple[Syntax, ...]:
    match tree:
        case Prefix() | Percent():
            return (tree.operand,)
        case Infix():
            return (tree.left, tree.right)
        case Call():
            return tree.arguments
        case _:
            return ()


def _number(token: Token) -> Decimal:
    """The value of a number token; refused where digits were surely meant as part of a longer number."""
    digits, _, exponent = token.text.lower().partition("e")
    number = Decimal(token.text) if len(exponent.lstrip("+-0")) <= 2 else None
    if number is None or len(digits) > 2 * MAX_LITERAL_DIGITS or written_digits(number) > MAX_LITERAL_DIGITS:
        raise FormulaError("DT610", number=token.text, limit=MAX_LITERAL_DIGITS, position=token.position)
    if len(digits) > 1 and digits[0] == "0" and digits[1] != ".":
        raise FormulaError("DT611", number=token.text, position=token.position)
    return number
