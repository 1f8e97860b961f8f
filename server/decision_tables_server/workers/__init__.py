"""Several processes on one port: a supervisor that holds the port, and workers that answer on it."""
