"""The whole check of a workbook."""

from decision_tables.checking.check import Report, check_bytes
from decision_tables.checking.progress import Progress, quiet

__all__ = ["Progress", "Report", "check_bytes", "quiet"]
