# Every target does its own set-up; `make demo` is the place to start.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev

.PHONY: setup fix check test bench eval demo docs clean

setup: $(DEV)

$(RUNTIME): pyproject.toml constraints.txt tools/system-packages
	@PYTHON=$(PYTHON) tools/system-packages runtime
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(DEV): $(RUNTIME)
	@PYTHON=$(PYTHON) tools/system-packages dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(RUNTIME)
	@$(BIN)/cloison demo

fix: $(DEV)
	@$(BIN)/ruff check --fix --quiet src tests bench evaluation tools
	@$(BIN)/ruff format --quiet src tests bench evaluation tools

check: $(DEV)
	$(BIN)/ruff check src tests bench evaluation tools
	$(BIN)/ruff format --check src tests bench evaluation tools
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src
	$(BIN)/vulture
	$(BIN)/typos

test: $(DEV)
	$(BIN)/pytest -n 2

bench: $(DEV)
	$(BIN)/python -m bench

eval: $(DEV)
	@$(BIN)/python -m evaluation

docs: $(DEV)
	@$(BIN)/python tools/make_docs.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
