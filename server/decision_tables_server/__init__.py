"""The gRPC server: it converts requests, asks the engine, and converts the answers."""
