# Every target does its own set-up; `make demo` is the place to start.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
BUNDLE := $(VENV)/.bundle

.PHONY: setup fix check test bench eval demo docs clean

setup: $(DEV)

$(RUNTIME): pyproject.toml constraints.txt tools/system-packages
	@PYTHON=$(PYTHON) tools/system-packages runtime
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[range]'
	@touch $@

$(BUNDLE): $(RUNTIME) tools/build-web $(shell find web -type f -not -path 'web/node_modules/*')
	@tools/build-web $(BIN)/python && touch $@ || echo "The pages will do without what moves in them: nothing could be bundled." >&2

$(DEV): $(RUNTIME) $(BUNDLE)
	@PYTHON=$(PYTHON) tools/system-packages dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,postgresql,range,vendors]'
	@touch $@

demo: $(RUNTIME) $(BUNDLE)
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

# Three hands on two cores: a third of the time is waiting for servers, browsers and devices.
test: $(DEV)
	$(BIN)/pytest -n 3 --dist worksteal

bench: $(DEV)
	$(BIN)/python -m bench

eval: $(DEV)
	@$(BIN)/python -m evaluation

docs: $(DEV)
	@$(BIN)/python tools/make_docs.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
