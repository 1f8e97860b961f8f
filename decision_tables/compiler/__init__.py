"""Decision tables → structures in which the rules that match are found without going through them."""

from decision_tables.compiler.compiled import CompiledModel, CompiledTable
from decision_tables.compiler.compiling import compile_model, compile_table
from decision_tables.compiler.envelope import MAGIC, CompiledRefused
from decision_tables.compiler.reading import from_bytes
from decision_tables.compiler.writing import to_bytes

__all__ = [
    "MAGIC",
    "CompiledModel",
    "CompiledRefused",
    "CompiledTable",
    "compile_model",
    "compile_table",
    "from_bytes",
    "to_bytes",
]
