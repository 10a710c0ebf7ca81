# Two commands for a newcomer: `make demo`, then `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SECONDS_EACH := 60
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo test check format lint types imports unit coverage docs gold fixtures bench sim simulate kill slow fuzz soak characteristics browser clean

help: ## list what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "harness needs Python 3.11 or newer; say which: make PYTHON=python3.12 ..."; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.ready
	$(PIP) --editable '.[dev]'
	@touch $@

demo: $(VENV)/.ready ## the main job, offline: prompt and model changes over three suites, with reports
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

test: check ## everything CI checks (the same as `make check`)

check: lint types imports coverage docs ## format, lint, types, import contracts, tests with coverage, docs

format: $(VENV)/.dev ## put the code in its one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/harness check
	$(BIN)/harness scan prompts evals fixtures examples docs harness .github README.md
	$(BIN)/zizmor --offline --quiet .github

types: $(VENV)/.dev # side by side: each takes one core for a minute
	$(BIN)/pyright & other=$$!; $(BIN)/mypy; mine=$$?; wait $$other && exit $$mine

imports: $(VENV)/.dev
	$(BIN)/lint-imports

unit: $(VENV)/.dev ## the tests alone, without coverage
	$(BIN)/pytest

coverage: $(VENV)/.dev ## the tests, and what they cover
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 --dist worksteal
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=95
	$(BIN)/coverage report --fail-under=100 --include='harness/gate/*,harness/compare/*,harness/cli/*'

docs: $(VENV)/.dev ## generated pages must equal what is committed
	$(BIN)/python -m tests.docs.generate --check

gold: $(VENV)/.dev ## accept the reports as they are now rendered
	HARNESS_ACCEPT_GOLD=1 $(BIN)/pytest tests/report tests/progress -q

fixtures: $(VENV)/.dev ## make the synthetic recordings anew
	$(BIN)/python -m tests.synthetic.record
	$(BIN)/python -m tests.synthetic_orders.record

sim: $(VENV)/.dev ## real pairs in a hundred orders, and questions asked twenty times
	$(BIN)/pytest -m sim

simulate: $(VENV)/.dev ## the runner in 10,000 simulated worlds, and every mutant of it
	$(BIN)/python -m tests.simulation --count 10000 --mutants

kill: $(VENV)/.dev ## kill -9 at every operation, at length
	$(BIN)/pytest -m kill

slow: $(VENV)/.dev ## what takes more than a few seconds
	$(BIN)/pytest -m slow

browser: $(VENV)/.dev ## every page in a real browser, at length; pictures of them in tests/actual/screens
	$(BIN)/pytest -m browser

bench: $(VENV)/.dev ## how long a verdict on 2 x 100,000 rows takes, and a page of 2 x 10,000 answers, beside others
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks.report

characteristics: $(VENV)/.dev ## how often the gate is wrong and what it costs, at length; writes docs/statistics.md
	$(BIN)/python -m tests.characteristics

fuzz: $(VENV)/.dev ## hostile bytes for every reader, a minute each; SECONDS_EACH=600 for longer
	$(PIP) --editable '.[fuzz]'
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS_EACH)

soak: ## for later work: nothing to run yet
	@echo "make $@: nothing to run yet"; exit 2

clean: ## remove everything that was made, the environment included
	rm -rf $(VENV) .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis dist tests/actual
