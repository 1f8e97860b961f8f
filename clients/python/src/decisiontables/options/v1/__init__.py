"""Version 1 of the options of typed contracts."""
