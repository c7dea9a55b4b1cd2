# Two commands do everything: make demo, make test. Both need Python 3.11+, make and a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
HOME_DIR := .genopath
SHARED_DATA := $(wildcard ../shared/data)

export GENOPATH_HOME := $(abspath $(HOME_DIR))
ifneq ($(SHARED_DATA),)
export GENOPATH_TEST_DATA ?= $(abspath $(SHARED_DATA))
endif

.PHONY: demo test check bench clean

demo: $(HOME_DIR)/.built
	$(BIN)/genopath report examples/demo.yaml --out demo-report
	$(BIN)/genopath pgx examples/demo.yaml --format text --top 3
	@echo "The report is in demo-report/report.html"

test: $(VENV)/.tested $(HOME_DIR)/.built
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

check: $(VENV)/.tested
	PATH="$(abspath $(BIN)):$$PATH" scripts/check

bench: $(VENV)/.tested $(HOME_DIR)/.built
	for name in build diagnosis positions; do $(BIN)/python benchmarks/$$name.py || exit 1; done

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("genopath needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -e .
	touch $@

$(VENV)/.tested: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -e '.[dev]'
	touch $@ $(VENV)/.installed

# The starter graph, built again when what makes it has changed.
$(HOME_DIR)/.built: $(wildcard ontology/*.py ontology/*.json kg/*.py kg/sources/*.py kg/sources/*/*.py) | $(VENV)/.installed
	$(BIN)/genopath data fetch --starter
	rm -rf $(HOME_DIR)/releases
	$(BIN)/genopath build
	touch $@

clean:
	rm -rf $(VENV) $(HOME_DIR) demo-report dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
