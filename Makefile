# `make` lists what there is. Everything runs in .venv, which the first command makes.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

BIN := .venv/bin
READY := .venv/ready
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ $$n -lt 2 ] && echo 2 || echo $$n)
SAMPLE := samples/qingtong-school-plan.docx
LEDGER := build/qingtong-school-ledger.xlsx

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: packages $(READY) ## make .venv with the locked packages; Debian packages where possible

packages:
	@setup/debian-packages

$(READY): requirements/dev.txt pyproject.toml setup/environment | packages
	@setup/environment
	@touch $@

run: setup ## start the application; an empty data folder first gets a demonstration school
	@$(BIN)/zhenggai serve --demo

read: setup ## read the sample plan: the ledger on the screen and as xlsx
	@$(BIN)/zhenggai read $(SAMPLE)
	@$(BIN)/zhenggai read $(SAMPLE) -o $(LEDGER)

test: setup test-postgresql ## all tests; those of the web application on PostgreSQL as well
	$(BIN)/pytest -n $(WORKERS)

coverage: setup ## all tests once more, with the lines that none of them reaches
	$(BIN)/pytest -n $(WORKERS) --cov --cov-report=term

test-postgresql: setup ## what of the web application may differ there, on a PostgreSQL server that lasts as long as the tests do
	$(BIN)/python tests/with_postgresql.py $(BIN)/pytest -n $(WORKERS) -m "not any_database and not browser" tests/web

quick: setup ## the tests that take less than a few seconds each
	$(BIN)/pytest -n $(WORKERS) -m "not slow"

lint: setup ## rules of style and layout
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: setup ## put the layout right, and what of the rules can be put right by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: setup ## strict types
	ZHENGGAI_DATA=build/data-for-types $(BIN)/mypy

imports: setup ## one direction of imports
	$(BIN)/lint-imports

docs: setup ## write the generated reference pages
	$(BIN)/python docs/generate.py

docs-check: setup ## are the generated reference pages up to date?
	$(BIN)/python docs/generate.py --check

check: lint types imports docs-check test ## everything that must hold before a change is handed in

accept: setup ## score against an external corpus: make accept ZHENGGAI_ACCEPTANCE=folder
	@test -n "$(ZHENGGAI_ACCEPTANCE)" || { echo "Name the folder: make accept ZHENGGAI_ACCEPTANCE=…" >&2; exit 2; }
	PATH="$(CURDIR)/$(BIN):$$PATH" python3 "$(ZHENGGAI_ACCEPTANCE)/score_reading.py" "$(ZHENGGAI_ACCEPTANCE)/corpus"
	PATH="$(CURDIR)/$(BIN):$$PATH" python3 "$(ZHENGGAI_ACCEPTANCE)/score_time_limits.py" "$(ZHENGGAI_ACCEPTANCE)/corpus/time-limits.tsv"

bench: setup ## speed and memory, as ratios measured in one run
	$(BIN)/python bench/run.py

bench-proof: setup ## verify beside sha256sum, over 100,000 events and 2 GB of files made for it
	$(BIN)/python bench/proof.py

bench-daily: setup ## the daily run over 100,000 open measures, and over 1,000 for the cost of each
	$(BIN)/python bench/daily.py

fuzz: setup ## mutated files against every reader
	$(BIN)/python bench/fuzz_readers.py

samples: setup ## make the sample documents anew
	$(BIN)/python samples/make_samples.py

clean: ## remove what was made, but not .venv
	rm -rf build dist htmlcov .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests bench docs samples -name __pycache__ -prune -exec rm -rf {} +

.PHONY: help packages setup run read test coverage test-postgresql quick lint format types imports docs docs-check check accept bench bench-proof bench-daily fuzz samples clean
