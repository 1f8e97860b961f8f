"""Whole populations: data frames, Arrow tables, and files of rows."""
