"""The options of typed contracts."""
