"""Between the contract's messages and the engine's records; the only files that know both."""
