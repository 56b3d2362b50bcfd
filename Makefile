# Everything runs from .venv, which make makes itself: Python 3.11 or newer is all a machine needs.
.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV := .venv
PY := $(VENV)/bin/python
CONSTRAINTS := .ci/constraints.txt
PIP := $(PY) -m pip install --disable-pip-version-check --quiet -c $(CONSTRAINTS)
CANDIDATES := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python
ARGS ?=
DIST ?= dist

.PHONY: help run demo test check lint types fmt bench dist clean

help: ## Show what can be made
	@echo 'make <goal>:'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-8s %s\n", $$1, $$2 }'

run: $(VENV)/.run ## Serve a sandbox; more options in ARGS="--port 0 --users 3"
	@$(PY) -m sandbox serve $(ARGS)

demo: $(VENV)/.run ## A tour of two minutes; ARGS=--no-pause does not wait
	@$(PY) -m sandbox demo $(ARGS)

test: $(VENV)/.test ## Run every test; choose in ARGS="-k token"
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadgroup $(ARGS)

check: lint types test ## What CI runs: lint, types, test

lint: $(VENV)/.lint ## Look for what is wrong or ugly
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

types: $(VENV)/.lint $(VENV)/.test ## Check the types
	@$(PY) -m mypy

fmt: $(VENV)/.lint ## Format, and mend what can be mended
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: $(VENV)/.test ## Measure; ARGS=--quick takes under a minute, ARGS="--only flask" one section
	@$(PY) -m tests.benchmarks $(ARGS)

dist: | $(PY) ## Build the wheel into dist/
	@$(PY) -m pip wheel --disable-pip-version-check --quiet --no-deps --wheel-dir $(DIST) .
	@ls $(DIST)/*.whl

clean: ## Remove what was made; the state in .sandbox stays
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What is installed: the project and its dependencies, then the tools of a goal. Each stamp is as old as its install.
$(VENV)/.run: pyproject.toml $(CONSTRAINTS) | $(PY)
	@echo 'Installing the sandbox into $(VENV) …'
	@$(PIP) -e .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo 'Installing the test tools into $(VENV) …'
	@$(PIP) -e '.[test]'
	@touch $@

$(VENV)/.lint: $(VENV)/.run
	@echo 'Installing the lint tools into $(VENV) …'
	@$(PIP) -e '.[lint]'
	@touch $@

$(PY):
	@for candidate in $(CANDIDATES); do \
	    if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found="$$candidate"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo 'No Python 3.11 or newer here. Install one, or say where it is: make PYTHON=/path/to/python3 …' >&2; exit 1; \
	fi; \
	if ! "$$found" -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "$$found has no venv or no ensurepip. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	fi; \
	echo "Making $(VENV) with $$($$found --version) …"; \
	"$$found" -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }
