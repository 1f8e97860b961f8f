"""An impact as one web page that needs nothing else: tables, and bars drawn in SVG."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from html import escape

from decision_tables.impact import words
from decision_tables.impact.figures import Bar, Impact
from decision_tables.impact.sheets import Figures, Item, tables_of
from decision_tables.text import Bilingual

_BAR, _GAP, _LEFT, _LENGTH = 22, 8, 190, 460

_STYLE = """
body { font-family: "Microsoft YaHei", "Noto Sans CJK SC", "PingFang SC", sans-serif; margin: 2em auto; max-width: 60em;
       padding: 0 1em; color: #1f2933; }
h1 { font-size: 1.5em; } h2 { font-size: 1.1em; margin-top: 2em; }
table { border-collapse: collapse; } th, td { border: 1px solid #d0d7de; padding: .3em .7em; text-align: left; }
th { background: #eef3f8; } td.number { text-align: right; font-variant-numeric: tabular-nums; }
"""


def page_of(impact: Impact, language: str) -> str:
    """The page as HTML; everything that comes from workbooks and files is escaped."""
    title = f"{words.TITLE.in_language(language)}：{impact.title}" if language == "zh" else f"Impact: {impact.title}"
    parts = [f"<h1>{escape(title)}</h1>"]
    parts += [f"<p>{escape(line.in_language(language))}</p>" for line in words.summary(impact)]
    for figures in tables_of(impact):
        parts.append(f"<h2>{escape(figures.title.in_language(language))}</h2>")
        parts.append(_chart(impact.bars) if figures.kind == "bars" else _table(figures, language))
    lang = "zh-CN" if language == "zh" else "en"
    body = "\n".join(parts)
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _table(figures: Figures, language: str) -> str:
    head = "".join(f"<th>{escape(name.in_language(language))}</th>" for name in figures.headings)
    rows = ("".join(_cell(item, language) for item in row) for row in figures.rows)
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table>\n<tr>{head}</tr>\n{body}\n</table>"


def _cell(item: Item, language: str) -> str:
    if isinstance(item, int | Decimal):
        return f'<td class="number">{words.amount(Decimal(item))}</td>'
    text = item.in_language(language) if isinstance(item, Bilingual) else item or ""
    return f"<td>{escape(text)}</td>"


def _chart(bars: tuple[Bar, ...]) -> str:
    """Bars that lie, falls in one colour and rises in another, each with its label and its number of rows."""
    height = len(bars) * (_BAR + _GAP)
    width = _LEFT + _LENGTH + 120
    drawn = "\n".join(_drawn(bars))
    box = f'viewBox="0 0 {width} {height}" width="{width}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {box}>\n{drawn}\n</svg>'


def _drawn(bars: tuple[Bar, ...]) -> Iterator[str]:
    longest = max(bar.rows for bar in bars)
    for n, bar in enumerate(bars):
        top = n * (_BAR + _GAP)
        length = max(1, bar.rows * _LENGTH // longest)
        colour = "#2f7d5b" if bar.label.startswith("-") else "#b4572a"
        middle = top + _BAR * 3 // 4
        yield f'<text x="{_LEFT - 8}" y="{middle}" text-anchor="end" font-size="14">{escape(bar.label)}</text>'
        yield f'<rect x="{_LEFT}" y="{top}" width="{length}" height="{_BAR}" fill="{colour}"/>'
        yield f'<text x="{_LEFT + length + 8}" y="{middle}" font-size="14">{bar.rows:,}</text>'
