# Every target makes its own virtual environment first; nothing outside the repository is touched.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SPARK := $(VENV)/.spark

.PHONY: help install demo life test test-quick test-all-pythons check format bench bench-casework bench-runs bench-load mutants screenshots walk clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 20

# Setuptools comes first and the build is not isolated, so that the constraints hold for the build too.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or newer is needed; set PYTHON="'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt setuptools
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[dev]'
	touch $@

# Spark is large and only the tests of the caseload on a cluster need it; where it cannot be had they say so.
$(SPARK): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[spark]' && touch $@ \
	  || echo '!!! SPARK COULD NOT BE INSTALLED' >&2

install: $(STAMP) ## only set up: then `. .venv/bin/activate` puts `jiuzhu` on the path of this shell

demo: $(STAMP) ## decide real cases under the real rules of four places, then open the panel on synthetic households
	$(BIN)/jiuzhu demo
	$(BIN)/jiuzhu serve --demo

life: $(STAMP) ## two whole lives, from application to last payment, on SQLite and PostgreSQL, and an uprating
	$(BIN)/python tests/life_on_both.py

# Measuring coverage makes a test half as slow again, so only the tests that are there for core are measured.
COVERING := tests/core tests/regions tests/plugins core

test: $(SPARK) ## every test, those of core with its branch coverage; PostgreSQL and Chromium where they can be had
	tests/get_chromium.sh
	failed=0; \
	$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term $(COVERING) || failed=1; \
	$(BIN)/python -m pytest -n auto --dist loadfile tests regions admin $(COVERING:%=--ignore=%) || failed=1; \
	exit $$failed

test-quick: $(STAMP) ## every test but the slow ones and those on PostgreSQL, no coverage
	$(BIN)/python -m pytest -n auto --dist loadfile -q -m 'not slow' $(TESTS)

test-all-pythons: ## test-quick on Python 3.12 and 3.13 where they start
	.ci/other-pythons

check: $(STAMP) ## lint, format, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(STAMP) ## let ruff put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP) ## measure against the reference and the peers (ARGS=--quick for the short run)
	$(BIN)/python benchmarks/run.py $(ARGS)

bench-casework: $(STAMP) ## 100,000 synthetic households through the casework commands (ARGS="--write" keeps the table)
	$(BIN)/python benchmarks/casework/run.py $(ARGS)

bench-runs: $(STAMP) ## runs over a caseload: against the reference, against single cases, at ten times the size
	$(BIN)/python benchmarks/caseload/sparse.py
	$(BIN)/python benchmarks/caseload/mixed.py
	$(BIN)/python benchmarks/caseload/scale.py 1000000 10000000

bench-load: $(STAMP) ## the panel under load: a million households in PostgreSQL, 100,000 in SQLite (ARGS=--quick tries it)
	$(BIN)/python -m benchmarks.load.whole $(ARGS)

mutants: $(STAMP) ## seed faults into the cascade, formulas and money; the tests must notice (ARGS=--all for every one)
	$(BIN)/python tests/mutants.py $(ARGS)

screenshots: $(STAMP) ## take the pictures of docs/administrators.md with this machine's Chromium
	$(BIN)/python docs/screenshots.py

walk: $(STAMP) ## open every page on demonstration data, at a desk and on a telephone, in both languages (PICTURES=walk)
	$(BIN)/python docs/walk.py $(or $(PICTURES),walk)

clean: ## remove what the other targets made
	rm -rf .venv .venv-* build dist *.egg-info .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
