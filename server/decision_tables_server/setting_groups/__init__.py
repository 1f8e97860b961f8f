"""The settings by what they set; together they are ``settings.Settings``."""
