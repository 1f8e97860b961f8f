"""Version 1 of the decision tables contract."""
