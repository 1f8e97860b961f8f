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

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.conformance.cases import LACKING, lacks, needs_of

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
    "typescript-browser": "TypeScript in a browser, Connect",
    "typescript-grpc-web": "… gRPC-Web",
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
        passed = [str(results[name].get(each["feature"], 0)) if asked_of(name, each) else "–" for name in results]
        lines.append([each["title"], str(len(each["cases"])), *passed])
    notes = "\n\n".join(each["note"] for each in LACKING.values())
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) + f"\n{notes}\n"


def asked_of(client: str, feature: Mapping[str, Any]) -> int:
    """How many cases of a feature are put to a client; the others need what it has not."""
    return sum(not needs_of(case, feature) & lacks(client) for case in feature["cases"])


def holes(features: list[dict[str, Any]], results: Results) -> Iterator[str]:
    """What a client does not do as it should."""
    for each in features:
        for name in results:
            passed, cases = results[name].get(each["feature"], 0), asked_of(name, each)
            if passed != cases:
                yield f"{TITLES[name]}: {passed} of {cases} cases of {each['feature']} are on record as passed"


def _with_table(page: str, written: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{written}\n{END}{after}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
