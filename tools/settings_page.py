"""Write docs/guide/settings.md from the settings of the server, so that no setting goes without its line.

python tools/settings_page.py            write the page
python tools/settings_page.py --check    fail if it is not what the settings give
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "guide" / "settings.md"

sys.path[:0] = [str(ROOT), str(ROOT / "server")]
from decision_tables_server.cli import default_text, extra_of, metavar_of  # noqa: E402
from decision_tables_server.setting_kinds import Group  # noqa: E402
from decision_tables_server.settings import PREFIX, Settings  # noqa: E402

REMARK = "<!-- Written by tools/settings_page.py from server/decision_tables_server/setting_groups/: `make docs`. -->"
HEAD = f"""
# 设置 · Settings

`decision-tables serve` 的全部设置。每个设置有三种写法：命令行优先于环境变量，环境变量优先于文件，文件优先于默认值。

All settings of `decision-tables serve`. Each can be given in three ways; a flag goes before the environment, the
environment before the file, the file before the default.

    decision-tables serve --max-batch-rows 500                命令行 flag
    {PREFIX}MAX_BATCH_ROWS=500 decision-tables serve    环境变量 environment
    decision-tables serve --config server.yaml                文件 file, YAML or TOML: max_batch_rows: 500

`serve --show-config` 列出每个设置的值和来源，口令不显示；输出本身可以用作设置文件。
名称写错时不会启动，并给出最接近的名称；所有问题一次说完。列表在命令行和环境变量里用逗号隔开。空的环境变量等于没有。文件名相对于启动时所在的文件夹。

`serve --show-config` prints every setting with its source, without secrets; what it prints can be used as a file. A
name that is no setting stops the start, with the nearest name; all problems are told at once. Lists are written with
commas in flags and the environment. An empty variable counts as none. Names of files are relative to the folder in
which the server is started.
"""


def main(arguments: list[str]) -> int:
    """Write or check the page; the exit code."""
    wanted = page()
    if arguments == ["--check"]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted:
            return 0
        print("docs/guide/settings.md is stale, run `make docs`", file=sys.stderr)
        return 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


def page() -> str:
    """The whole page."""
    lines = [REMARK, HEAD.rstrip()]
    for group in Group:
        lines += _section(group)
    return "\n".join(lines) + "\n"


def _section(group: Group) -> Iterator[str]:
    names = [name for name, field in Settings.model_fields.items() if extra_of(field)["group"] == group.name]
    if not names:
        return
    yield from ("", f"## {group.value.zh} · {group.value.en}", "")
    yield from ("| 设置 setting | 值 value | 默认 default | |", "|---|---|---|---|")
    for name in names:
        field = Settings.model_fields[name]
        value = "true, false" if field.annotation is bool else metavar_of(field).replace("|", ", ")
        yield f"| `{name}` | {value} | `{default_text(field)}` | {extra_of(field)['zh']}<br>{field.description} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
