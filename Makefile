# Everything a developer does here. `make` alone lists the targets.
# Every target does its own set-up, so each of them works in a fresh clone.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Any Python from 3.11 will do; say `make setup PYTHON=…` to choose one.
PYTHON ?= $(shell for name in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo $$name && break; done)

# What pip should be told besides, for instance an index with another build of torch.
PIP_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup fmt lint types test slow check demo bench bench-certificate bench-study bench-training bench-ranking fuzz mutants docs docs-check wheel clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP)  ## .venv with the pinned dependencies and the patsieve command

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { \
	echo "patsieve needs Python 3.11 or newer, and none was found; install one," \
	"or name it: make setup PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "patsieve needs Python 3.11 or newer; $(PYTHON) is older or cannot be run" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || { \
	echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu," \
	"install the package python3-venv" >&2; exit 1; }
	@echo "installing patsieve and what it needs into $(VENV); this takes a minute or two"
	@$(BIN)/pip install --quiet $(PIP_ARGS) -c constraints.txt -e '.[dev]'
	@touch $@

fmt: setup  ## format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: setup  ## ruff, formatting, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: setup  ## mypy, strict
	$(BIN)/mypy

# Two processes, for the tests compute in one thread each; neighbours mostly stay together and share
# what they have trained.
PYTEST := $(BIN)/pytest --numprocesses 2 --dist worksteal

test: setup  ## the fast tests
	$(PYTEST) -m "not slow"

slow: setup  ## the slow tests, which `make test` leaves out
	$(PYTEST) -m slow

check:  ## all that CI runs: lint, types, docs, tests, the slow rest, the wheel
	$(MAKE) lint
	$(MAKE) types
	$(MAKE) docs-check
	$(MAKE) test
	$(MAKE) slow
	$(MAKE) wheel

demo: setup  ## made-up battery patents: train both models, compare, rank; results in demo/
	$(BIN)/patsieve demo --out demo

bench: setup  ## quality on real patents, by cross-validation; takes an hour, can be resumed
	$(BIN)/python benchmarks/landscaping.py --out benchmarks/oof

bench-study: setup  ## the reference study with three seeds, and docs/study.md; an hour, can be resumed
	$(BIN)/python benchmarks/study_page.py --out benchmarks/study --page docs/study.md

bench-certificate: setup  ## how often the promised recall is kept on real patents; after `make bench`
	$(BIN)/python benchmarks/certificate.py --oof benchmarks/oof

fuzz: setup  ## 100,000 damaged files for every family of readers; half an hour, can be resumed
	$(BIN)/python tests/fuzz/run.py --inputs 100000 --out fuzz
	$(BIN)/python tests/fuzz/hostile.py

# The peers are no dependencies of patsieve: they have an environment of their own.
PEERS := benchmarks/.venv
PEERS_STAMP := $(PEERS)/.installed

$(PEERS_STAMP): $(STAMP) benchmarks/requirements-peers.txt constraints.txt
	@test -x $(PEERS)/bin/pip || $(BIN)/python -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet $(PIP_ARGS) -c constraints.txt \
		-r benchmarks/requirements-peers.txt -e .
	@touch $@

bench-training: $(PEERS_STAMP)  ## speed of training against two peers; takes hours, can be resumed
	$(PEERS)/bin/python benchmarks/training_speed.py --out benchmarks/speed

bench-ranking: $(PEERS_STAMP)  ## who ranks real patents best, peers and ours; takes hours but for scores that are kept
	$(PEERS)/bin/python benchmarks/ranking.py
	$(PEERS)/bin/python benchmarks/ranking.py --repeats \
		--systems "tf-idf + LR" "naive Bayes" "ELAS u4" "embedding + LR" bag-of-words
	$(PEERS)/bin/python benchmarks/ranking.py --random-rows --systems bag-of-words hn-pt-05.5.2 best

mutants: setup  ## break the engine on purpose, a line at a time; each time a test must notice
	$(BIN)/python tests/mutants/run.py

docs: setup  ## write the generated pages of docs/ again
	$(BIN)/python docs/generate.py

docs-check: setup  ## fail if a generated page is out of date
	$(BIN)/python docs/generate.py --check

wheel: setup  ## build dist/patsieve-….whl
	rm -rf build dist
	$(BIN)/python -m build --wheel --outdir dist

clean:  ## remove what was built or computed (keeps .venv, demo/ and models/)
	rm -rf build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	.import_linter_cache .coverage htmlcov
	find src tests docs benchmarks -name __pycache__ -prune -exec rm -rf {} +
