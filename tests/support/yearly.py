"""A glossary for models that change every year, and workbooks saved by another program."""

from __future__ import annotations

import pathlib
import subprocess

HEAD = """
=== 词汇
模型
标识 | care
名称 | 2025年托管
依据
编号 | 标题 | 文号 | 日期
S1 | 办法 | 〔2025〕3号 | 2025-01-02
字段
名称 | 标识 | 类型 | 单位 | 取值 | 缺省 | 计算
生日 | born | 日期
年龄 | age | 整数 | 岁 | 0-150 | | 周岁(生日, 基准日)
缴费日 | paid | 日期
年度 | year | 整数 | 年 | 2025-2026 | 2025
学年 | term | 整数
工龄 | work | 整数 | 年 | 0-60
出生年 | birth_year | 整数 | 年
类别 | kind | 枚举 | | kind
费 | fee | 金额 | 元
率 | rate | 比例
数 | number | 整数
系数 | factor | 小数
说法 | words | 文本
起 | begins | 日期
共计 | total | 金额 | 元
取值表 | kind | 类别
名称 | 标识 | 生效 | 失效
甲 | a | 2025-03-01
乙 | b
=== 表
"""
PERIOD = "生效日期 | 2025-01-01\n失效日期 | 2025-12-31\n"
SIMPLE = f"决策表 | fee | 收费\n{PERIOD}规则 | 条件 | 结果\n规则 | 类别 | 费\n1 | 甲 | 70\n2 | 乙 | 90"


def saved_by_libreoffice(content: bytes, folder: pathlib.Path) -> bytes:
    """The workbook as LibreOffice saves it after opening it."""
    (folder / "book.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", "saved"]
    subprocess.run([*command, "book.xlsx"], cwd=folder, check=True, capture_output=True, timeout=120)
    return (folder / "saved" / "book.xlsx").read_bytes()
