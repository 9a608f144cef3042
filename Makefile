# What is needed: git, make, and python3 of 3.11 or later with its venv module. All else is set up in .venv. To send
# mail, demo and playground also need git send-email, which .ci/install gets where it may.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.DEFAULT_GOAL := help
.PHONY: help demo playground quick test coverage check clean

# The caller may have set these for other programs, or be a git hook.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONOPTIMIZE PYTHONWARNINGS PYTHONDONTWRITEBYTECODE PYTHONSAFEPATH
unexport PYTEST_ADDOPTS PYTEST_PLUGINS COVERAGE_FILE COVERAGE_RCFILE COVERAGE_CORE MYPYPATH RUFF_CONFIG
unexport GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES

help: ## Show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s%s\n", $$1, $$2 }' Makefile

demo: $(READY) ## Show the commands at work, in a playground with small repositories made on the spot
	@.ci/install mail || echo 'so the part of the demo that sends mail is left out' >&2
	@$(BIN)/python -m demo

playground: $(READY) ## Open a shell in the playground
	@.ci/install mail || echo 'so no mail can be sent there' >&2
	@$(BIN)/python -m demo shell

quick: $(READY) ## Run the tests that take no long time: half of all, some of every part
	$(BIN)/python -m pytest -n auto -m "not slow"

test: $(READY) ## Run all tests
	$(BIN)/python -m pytest -n auto

coverage: $(READY) ## Run all tests once more, slower, and hold their coverage to its gate
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

check: $(READY) ## Check style, types, layers, and that what is generated is up to date
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check

clean: ## Remove what make has made: .venv, the playground, caches
	rm -rf .venv .newer-git playground dist .coverage .coverage.* .hypothesis
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The completions and the manual pages are copied into .venv, the rest is used where it is.
$(READY): pyproject.toml $(wildcard completions/*/* docs/man*/*)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "$(PYTHON) is older than 3.11; name another: make PYTHON=python3.12")'
	@$(PYTHON) -c 'import ensurepip, venv' || { echo 'the venv module is missing; on Debian: apt install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,check]'
	@touch $@
