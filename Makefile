# Every target sets up what it needs. PYTHON names the interpreter for the virtual environment.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# What the program needs, and what its developers need beside it: one install each.
INSTALLED := $(VENV)/.installed
DEVELOPED := $(VENV)/.developed

.PHONY: help setup demo run test check format bench screenshots clean

help:
	@echo "make demo    set up, then run the whole line on the bundled newsroom (Ctrl-C ends it)"
	@echo "make test    set up, then run the test suite"
	@echo "make run     set up, then run the daemon with config/ (needs a contact in config/settings.yml)"
	@echo "make check   format, lint, types, import contracts"
	@echo "make bench   measurements against peers; see benchmarks/README.md"
	@echo "make screenshots  take docs/screenshots/ anew from the demo"
	@echo "make format  let ruff rewrite the code"

setup: $(DEVELOPED)

# pip comes last into an environment: where it stands, the rest does.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with 'make PYTHON=/path/to/python3.11'"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "could not make a virtual environment; on Debian: apt install python3-venv"; exit 1; }

$(INSTALLED): pyproject.toml | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(DEVELOPED): pyproject.toml | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(INSTALLED) $@

demo: $(INSTALLED)
	$(BIN)/policywire demo

run: $(INSTALLED)
	$(BIN)/policywire run

test: setup
	$(BIN)/python -m pytest --numprocesses auto

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup
	$(BIN)/python -m benchmarks

screenshots: setup
	$(BIN)/python tests/screenshots.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
