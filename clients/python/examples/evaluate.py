"""Show what a server offers, and put a list of cases from a file to it.

python examples/evaluate.py [HOST:PORT]                              lists models, tables and fields
python examples/evaluate.py HOST:PORT MODEL TABLE CASES.jsonl        decides each line, an object of inputs
"""

from __future__ import annotations

import json
import pathlib
import sys
from decimal import Decimal

from decision_tables_client import Client, DecisionTablesError, connect


def show(client: Client) -> None:
    """Print the catalogue."""
    for model in client.models():
        print(f"{model.key}  {model.title}")
        for table in client.tables(model.key):
            print(f"  {table.key}: {', '.join(table.condition_fields)} → {', '.join(table.result_fields)}")
        for field in client.fields(model.key):
            print(f"  {field.key}  {field.label} {field.unit}".rstrip())


def decide(client: Client, model: str, table: str, cases: pathlib.Path) -> None:
    """Print one line per case: the results and the cells they come from, or why there are none."""
    lines = cases.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line, parse_float=Decimal) for line in lines if line.strip()]
    for outcome in client.evaluate_batch(rows, model=model, table=table):
        if outcome.error is not None:
            print(f"{outcome.error.reason}: {outcome.error.message}")
        else:
            decision = outcome.decision
            print(decision.as_json()["results"], "from", ", ".join(match.cell for match in decision.matches))


def main(arguments: list[str]) -> int:
    """Run the example; 1 if the server does not answer or knows no such model."""
    target, *rest = arguments or ["localhost:50051"]
    try:
        with connect(target) as client:
            if rest:
                model, table, cases = rest
                decide(client, model, table, pathlib.Path(cases))
            else:
                show(client)
    except DecisionTablesError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
