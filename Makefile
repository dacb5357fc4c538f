# Hongyan: `make help` lists what can be done here.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
ONCE   ?=
QUICK  ?=
CODECS ?=
PYTEST = $(BIN)/python -m pytest -n logical --dist loadfile --no-loadscope-reorder
COMPILE = $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help setup demo run check format test bench ocr test-ocr docs pins clean

help: ## list the commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Hongyan needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

setup: $(STAMP) ## the environment in ./.venv, with ./.venv/bin/hongyan

demo: setup ## one real message, seen end to end (ONCE=1: leave afterwards)
	@$(BIN)/hongyan demo $(if $(ONCE),--once)

run: setup ## a persistent sandbox in ./hongyan-data
	@$(BIN)/hongyan serve --data hongyan-data

format: setup ## format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

check: setup ## format check, lint, types, fast tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(PYTEST) -m "not slow"

test: setup ## everything: check, and the slow tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(PYTEST)

bench: setup ## throughput and cost per message (QUICK=1: one short run; CODECS=1: only the frames of each protocol)
	@$(BIN)/python -m bench$(if $(CODECS),.codecs --others,$(if $(QUICK), --quick))

ocr: setup ## what reads pictures of licences and letters, into the same environment (80 MB)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/ocr.txt

test-ocr: ocr ## the tests that need it: real pages through the real model
	@$(BIN)/python -m pytest -rs tests/compliance/ocr

docs: setup ## renew the tables in the docs that come from code
	@$(BIN)/python docs/write_tables.py

pins: setup ## renew the pinned, hash-checked requirements
	$(COMPILE) --extra demo --extra test --extra dev -o requirements/dev.txt
	$(COMPILE) -o requirements/run.txt
	$(COMPILE) --extra ocr --constraints requirements/dev.txt -o requirements/ocr.txt

clean: ## remove the environment and what runs left behind
	rm -rf $(VENV) .mypy_cache .ruff_cache bench/results
