# Everything sets itself up: `make demo` and `make test` work on a fresh machine with Python 3.11+.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: help demo test check unit journeys endurance tempest bench mutation wheel docs lock clean agreement steadiness calls api-fuzz

help:  ## show this
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(READY)  ## the whole line on this machine: cloud, run, registry, published verdict
	@$(BIN)/refcheck demo

test: check unit journeys wheel  ## everything that must hold before a change lands

check: $(READY)  ## style, types, layers, dependencies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry refcheck server

# Generated examples are the same in every run: a change lands by what it does, not by what was drawn.
unit: $(READY)  ## tests that need no cloud
	$(BIN)/pytest -n 2 --hypothesis-profile=ci -m "not refcloud and not journey"

# Journeys wait more than they work: two workers, each with a cloud of its own, file by file.
journeys: $(READY)  ## tests on the real cloud, registry, database and browser
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --hypothesis-profile=ci --durations=25 \
		-m "(refcloud or journey) and not endurance"

endurance: $(READY)  ## the long journeys: forty kills in one run, a cloud that is ill for minutes
	$(BIN)/pytest --hypothesis-profile=ci -m endurance

tempest: $(READY)  ## the independent witness: Tempest's own tests against refcloud
	$(BIN)/python -m tests.witness.tempest

agreement: $(READY)  ## Tempest and refcheck on the same cloud, id by id: docs/explanation/agreement.md
	$(BIN)/python -m tests.witness.agreement

calls: $(READY)  ## record again what each test asks of a cloud: capabilities/calls.json
	$(BIN)/python -m tests.calls

steadiness: $(READY)  ## the suite in random order, with four workers, beside itself: same outcomes?
	$(BIN)/python -m tests.witness.steadiness

bench: $(READY)  ## figures, as ratios against a peer in the same run
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.overhead
	$(BIN)/python -m tests.bench.publication
	$(BIN)/python -m tests.bench.suite_vs_tempest
	$(BIN)/python -m tests.bench.waits --boots-in 15
	$(BIN)/python -m tests.bench.registry

api-fuzz: $(READY)  ## 50,000 requests made up from the registry's API description: no 5xx, no surprise
	$(BIN)/python -m tests.fuzz.api

mutation: $(READY)  ## change the judge and the reader in a thousand ways: do the tests notice?
	$(BIN)/mutmut run --max-children 2
	$(BIN)/mutmut results

wheel: $(READY)  ## build the wheel and run a short demo from an empty environment
	$(BIN)/python -m tests.journeys.wheel

docs: $(READY)  ## write the generated part of the reference
	$(BIN)/python docs/generate.py

lock: $(READY)  ## resolve the dependencies anew
	$(BIN)/python -m uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --all-extras pyproject.toml requirements/build.in -o requirements/dev.lock
	$(BIN)/python -m uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --extra server --extra refcloud pyproject.toml -o requirements/run.lock
	for folder in refcheck/refcloud tests/witness; do \
	  $(BIN)/python -m uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url $$folder/requirements.in -o $$folder/requirements.lock || exit 1; \
	done

clean:  ## remove what make made here
	rm -rf $(VENV) build dist

$(READY): requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "refcheck needs Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "Python cannot make a virtual environment: install python3-venv"; exit 2; }
	@echo "installing refcheck's own environment into $(VENV)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
