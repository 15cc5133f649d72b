# Two commands for a newcomer: `make rehearse` and `make test`. Everything lives in .venv; nothing else is touched.
PYTHON ?= python3.11
VENV := .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check --quiet
STAMPS := $(VENV)/.stamps
SRC := $(shell find src -name '*.py')

.PHONY: help rehearse test browser postgres cover lint lock bench crash sweep simulate mutants alterations clean

help:
	@echo "make rehearse   a whole cutover on this machine, against imitated services"
	@echo "make test       every test"
	@echo "make lint       linters, types, import contracts, imported names"
	@echo "make sweep      kill a run at every point at which its process can die, and resume it each time"
	@echo "make crash      kill a run at N=100 random moments and at some points, and resume it each time"
	@echo "make simulate   SEEDS=10000 whole runs in virtual time, each with faults of its own"
	@echo "make mutants    break the rules one by one and see that the simulation notices"
	@echo "make alterations   alter every record of a rehearsal's evidence, and COUNT=10000 more at random"
	@echo "make bench      the measurements of bench/README.md"
	@echo "make lock       pin the dependencies anew (needs uv)"

rehearse: $(STAMPS)/rehearse
	$(VENV)/bin/bongsu rehearse $(REHEARSE)

test: $(STAMPS)/dev browser postgres
	$(VENV)/bin/python -m pytest -n $(WORKERS) --no-loadscope-reorder $(PYTEST)
	$(MAKE) --no-print-directory cover

# Processes that share the tests out among them; what reads one rehearsed world stays in one (tests/conftest.py).
WORKERS ?= auto

# Chromium presses the buttons of a rehearsal's page. Where it cannot be installed, those tests are skipped and say so.
browser:
	@tests/page/install || [ "$$BONGSU_BROWSER" != must ]

# A PostgreSQL server of the tests' own keeps ledgers. Where it cannot be installed, those tests are skipped and say so.
postgres:
	@tests/postgres/install || [ "$$BONGSU_POSTGRES" != must ]

cover: $(STAMPS)/dev
	$(VENV)/bin/python -m pytest -q tests/core --cov --cov-report=term

lint: $(STAMPS)/dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m tests.rules.imported_names

N ?= 100
SEED ?= $(shell date +%j)
crash: $(STAMPS)/dev
	BONGSU_CRASH_KILLS=$(N) BONGSU_CRASH_SEED=$(SEED) BONGSU_CRASH_TURN=$(SEED) \
	  $(VENV)/bin/python -m pytest -q tests/rehearsal/test_crash.py tests/crash/test_sweep.py

# Hours: some 1,600 kills, and as many with `SWEEP='--store postgres'`. `python -m tests.crash --help` has what carries out a part of them, or one alone.
sweep: $(STAMPS)/dev
	$(VENV)/bin/python -m tests.crash $(SWEEP)

SEEDS ?= 10000
simulate: $(STAMPS)/dev
	$(VENV)/bin/python -m tests.simulation --seeds $(SEEDS)

# Every single record of a whole rehearsal's evidence altered, and COUNT alterations at random: twenty minutes or so.
COUNT ?= 10000
alterations: $(STAMPS)/dev
	@folder=$$(mktemp -d) && $(VENV)/bin/bongsu rehearse --state $$folder/state --out $$folder/run >/dev/null && \
	  $(VENV)/bin/python -m tests.evidence.alterations --folder $$folder/run --count $(COUNT); \
	  code=$$?; rm -rf $$folder; exit $$code

mutants: $(STAMPS)/dev
	BONGSU_MUTANTS=99 $(VENV)/bin/python -m pytest -q tests/simulation -k broken_rule

bench: $(STAMPS)/dev
	@missed=; for script in bench/[a-z]*.py; do name=$$(basename $$script .py); echo "== bench.$$name"; \
	  $(VENV)/bin/python -m bench.$$name || missed="$$missed $$name"; done; \
	  if [ -n "$$missed" ]; then echo "bars missed by:$$missed"; exit 1; fi

# The locks name everything, so pip resolves nothing: with --no-deps a newer release of a package that another one wants
# with an extra (coverage[toml]) cannot break an old lock. pip finds the local wheels of the build backend first, so
# that installing the project asks no network.
$(STAMPS)/rehearse: requirements/build.txt requirements/rehearse.txt pyproject.toml
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS)
	$(PIP) install --require-hashes --no-deps -r requirements/build.txt
	$(PIP) install --require-hashes --no-deps -r requirements/rehearse.txt
	$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/rehearse requirements/dev.txt
	$(PIP) install --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock"
lock:
	$(LOCK) requirements/build.in -o requirements/build.txt
	$(LOCK) --all-extras pyproject.toml -o requirements/rehearse.txt
	$(LOCK) -c requirements/rehearse.txt requirements/dev.in -o requirements/dev.txt
	$(LOCK) -c requirements/rehearse.txt requirements/naver-sms.in -o requirements/naver-sms.txt

clean:
	rm -rf $(VENV) build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache
