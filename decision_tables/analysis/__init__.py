"""Not described yet."""
