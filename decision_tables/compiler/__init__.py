"""Decision tables → structures in which the rules that match are found without going through them."""

from decision_tables.compiler.compiled import CompiledModel, CompiledTable
from decision_tables.compiler.compiling import compile_model, compile_table

__all__ = ["CompiledModel", "CompiledTable", "compile_model", "compile_table"]
