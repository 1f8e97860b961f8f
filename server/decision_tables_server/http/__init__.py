"""The same calls over HTTP: as JSON, and as Connect and gRPC-Web for browsers."""
