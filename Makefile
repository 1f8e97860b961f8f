# `make` alone lists the targets: the lines below that carry a remark after `##`.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:
BIN := .venv/bin

export PYTHON
# The compilers that `make toolchains` installs where the system has none that will do.
export PATH := $(CURDIR)/build/toolchains/bin:$(PATH)

.PHONY: help
help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run:  ## Set everything up and serve workbooks/ on 127.0.0.1:50051 (more options: ARGS="--address 127.0.0.1:50052")
	@tools/environment.sh run
	@exec $(BIN)/decision-tables serve --workbooks workbooks $(ARGS)

.PHONY: test
test: lint types generated protos stale libraries pytest  ## Set everything up and run all checks and tests

.PHONY: check
check: test  ## What CI runs: the same as test

.PHONY: environment
environment:
	@tools/environment.sh dev

.PHONY: lint
lint: environment  ## Look for mistakes of style (ruff)
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet

.PHONY: types
types: environment  ## Check the types (mypy --strict)
	$(BIN)/mypy

.PHONY: generated
generated: environment  ## Check that the generated code is what the protos give
	tools/check_generated.sh

.PHONY: protos
protos: environment  ## Check the protos: style, and nothing that breaks callers of those last published (buf)
	tools/check_protos.sh

.PHONY: stale
stale: environment  ## Check that the generated pages of docs/ are up to date
	$(BIN)/python tools/problem_pages.py --check
	$(BIN)/python tools/cell_forms.py --check
	$(BIN)/python tools/error_page.py --check
	$(BIN)/python tools/settings_page.py --check
	$(BIN)/python tools/openapi.py --check
	$(BIN)/python tools/client_table.py --check

.PHONY: libraries
libraries: environment
	@tools/clients.sh

.PHONY: clients
clients: libraries  ## Check the clients in all languages: generated code, compiling, their tests, the shared cases
	$(BIN)/python -m pytest --quiet tests/conformance $(ARGS)

.PHONY: pytest
pytest: environment  ## Run the tests alone (more options: ARGS="-k words")
	$(BIN)/python -m pytest $(ARGS)

.PHONY: long
long: environment  ## Run the tests that take minutes
	$(BIN)/python -m pytest -m long $(ARGS)

.PHONY: bench
bench:  ## Measure decisions, populations and compiling beside other engines; writes benchmarks/results/
	@tools/environment.sh bench
	@tools/environment.sh pydmnrules || echo "pyDMNrules is left out"
	.venv-bench/bin/python -m benchmarks.run --pydmnrules .venv-pydmnrules/bin/python $(ARGS)

.PHONY: bench-releases
bench-releases: environment  ## Measure a server on a store of 10,000 releases; writes benchmarks/results/releases.md
	$(BIN)/python -m benchmarks.releases --out benchmarks/results/releases.md $(ARGS)

.PHONY: load
load: environment  ## Put a server under load with h2load, beside a raw echo (seconds: ARGS=--quick)
	$(BIN)/python -m benchmarks.load $(ARGS)

# How much is searched; FUZZ_SEED in the environment says where the search begins.
fuzz: export HYPOTHESIS_PROFILE ?= fuzz
fuzz: export FUZZ_FILES ?= 5000
fuzz: export GRAMMAR_FUZZ_CELLS ?= 200000
fuzz: export JSON_FUZZ_LINES ?= 200000
fuzz: export PIPELINE_FUZZ_BOOKS ?= 20000
fuzz: export MODEL_FUZZ_BOOKS ?= 20000
fuzz: export SERVER_FUZZ_REQUESTS ?= 200000
.PHONY: fuzz
fuzz: environment  ## Search for counterexamples for a long time
	$(BIN)/python -m pytest -m "fuzz or not long" $(ARGS)

# How long each kind of fault goes on, and the soak with its swaps, killed workers and exchanged certificates.
faults: export FAULT_SECONDS ?= 60
faults: export SOAK_SECONDS ?= 1200
.PHONY: faults
faults: environment  ## Set callers of bad manners on a server, and soak it for twenty minutes
	$(BIN)/python -m pytest tests/faults $(ARGS)

.PHONY: format
format: environment  ## Put the code into the house style
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format --quiet

.PHONY: generate
generate: environment  ## Make the generated code from the protos again
	tools/generate.sh
	tools/generate_clients.sh go
	tools/generate_clients.sh rust
	tools/generate_clients.sh typescript

.PHONY: golden
golden: environment  ## Write the expected outputs of the tests again; review the difference like code
	UPDATE_GOLDEN=1 $(BIN)/python -m pytest --quiet $(ARGS)

.PHONY: docs
docs: environment  ## Write the generated pages of docs/ again
	$(BIN)/python tools/problem_pages.py
	$(BIN)/python tools/cell_forms.py
	$(BIN)/python tools/error_page.py
	$(BIN)/python tools/settings_page.py
	$(BIN)/python tools/openapi.py
	$(BIN)/python tools/client_table.py

.PHONY: pictures
pictures: environment  ## Draw the pictures of the guide again (needs LibreOffice); look at them
	$(BIN)/python tools/guide_pictures.py

.PHONY: lock
lock: environment  ## Write the lock files again (newest versions: ARGS=--upgrade)
	tools/lock.sh $(ARGS)

.PHONY: toolchains
toolchains:  ## Install the system packages that the tests need (Debian, as root)
	@tools/toolchains.sh

.PHONY: clean
clean:  ## Remove what can be made again, .venv included
	rm -rf .venv .venv-bench .venv-pydmnrules build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
