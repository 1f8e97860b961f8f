"""Write the table of docs/clients.md: what each client can do, from the results of the conformance cases.

python tools/client_table.py            write it
python tools/client_table.py --check    fail if it is not what the results give, or a client lacks something
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "clients.md"
CASES = ROOT / "clients" / "conformance" / "cases"
RESULTS = ROOT / "clients" / "conformance" / "results"

BEGIN = "<!-- Written by tools/client_table.py from clients/conformance/results. Run `make docs`. -->\n"
END = "<!-- End of what is written. -->\n"

TITLES = {
    "python": "Python",
    "python-asyncio": "Python asyncio",
    "go": "Go",
    "typescript": "TypeScript",
    "java": "Java",
    "rust": "Rust",
    "csharp": "C#",
    "cpp": "C++",
}
"""The clients by the name of their results, in the order of the columns."""

Results = Mapping[str, Mapping[str, int]]


def main(arguments: list[str]) -> int:
    """Write or check the table; the exit code."""
    features = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(CASES.glob("*.json"))]
    results = {
        name: json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
        for name in TITLES
        if (RESULTS / f"{name}.json").exists()
    }
    page = PAGE.read_text(encoding="utf-8")
    wanted = _with_table(page, table(features, results))
    if arguments != ["--check"]:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    complaints = [*holes(features, results)]
    if page != wanted:
        complaints.append("docs/clients.md is stale, run `make docs`")
    print("\n".join(complaints), end="\n" if complaints else "", file=sys.stderr)
    return 1 if complaints else 0


def table(features: list[dict[str, Any]], results: Results) -> str:
    """A line for each feature, with the number of cases that hold in each client."""
    head = ["what", "cases", *(TITLES[name] for name in results)]
    lines = [head, ["---"] * len(head)]
    for each in features:
        passed = [str(results[name].get(each["feature"], 0)) for name in results]
        lines.append([each["title"], str(len(each["cases"])), *passed])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def holes(features: list[dict[str, Any]], results: Results) -> Iterator[str]:
    """What a client does not do as it should."""
    for each in features:
        for name in results:
            passed, cases = results[name].get(each["feature"], 0), len(each["cases"])
            if passed != cases:
                yield f"{TITLES[name]}: {passed} of {cases} cases of {each['feature']} are on record as passed"


def _with_table(page: str, written: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{written}\n{END}{after}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
