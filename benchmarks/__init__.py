"""Measurements of ours and of others on the same tables: ``make bench``."""
