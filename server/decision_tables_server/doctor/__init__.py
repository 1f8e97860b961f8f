"""``decision-tables doctor``: what is wrong with an installation, before somebody finds out by calling it."""
