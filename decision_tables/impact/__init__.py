"""What a new model means for a population: how many people, from which amount to which, and in total."""

from decision_tables.impact.figures import ColumnTotals, Group, Impact, Move, Refused
from decision_tables.impact.measure import Measured, measure

__all__ = ["ColumnTotals", "Group", "Impact", "Measured", "Move", "Refused", "measure"]
