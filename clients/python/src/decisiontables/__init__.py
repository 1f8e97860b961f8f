"""The decision tables contract, generated from protos/ by make generate."""
