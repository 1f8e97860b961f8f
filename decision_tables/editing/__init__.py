"""A workbook's package changed in a few places: every byte that is not touched stays as it was."""
