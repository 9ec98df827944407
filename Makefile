# Two commands do everything from a fresh clone: `make demo` and `make test`. `make help` names the others.
# PYTHON=/path/to/python3.12 picks another Python; 3.11 to 3.13 will do.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCKED := --require-hashes -r
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" -c constraints.txt

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check bench docs lock clean nets browser

help: ## Name the commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

demo: $(READY) nets ## A clip measured and weighed, options, a plan, a course (demo/index.html), and the site of a practice
	@$(BIN)/python examples/demo.py

test: $(READY) nets browser ## Run the tests; installs Chromium where it is missing and may be installed
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q -m "not bench_axe and not slow"

check: $(READY) ## Style, types, layers, docstrings, links, the knowledge base, no address of a registry in any tracked file
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python tools/docstrings.py
	@$(BIN)/python tools/no_addresses.py
	@$(BIN)/python tools/links.py
	@$(BIN)/facialis knowledge check
	@$(BIN)/python tools/knowledge_page.py --check
	@$(BIN)/python tools/treatment_page.py --check
	@$(BIN)/python tools/asvs_page.py --check

bench: $(READY) nets browser peers ## Run the slow tests, measure accuracy and speed, write docs/figures.md
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q -m slow
	@$(BIN)/python -m benchmarks

docs: $(READY) ## Write docs/knowledge.md and docs/treatments.md from the knowledge, check every link and picture
	@$(BIN)/python tools/knowledge_page.py
	@$(BIN)/python tools/treatment_page.py
	@$(BIN)/python tools/asvs_page.py
	@$(BIN)/python tools/links.py

lock: $(READY) ## Compile requirements/*.in anew
	@cd requirements && for set in uv base dev; do ../$(COMPILE) -U -o $$set.txt $$set.in || exit 1; done

clean: ## Remove the environment, the demo and what the tools keep
	@rm -rf $(VENV) .venv-* demo build dist .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

browser:
	@sh tools/browser.sh

nets: $(READY)
	@$(BIN)/facialis models fetch > /dev/null

# uv fills the environment in seconds; where it cannot be had, pip does the same from the same lock.
$(READY): requirements/uv.txt requirements/dev.txt pyproject.toml tools/environment.sh
	@sh tools/environment.sh $(VENV) $(PYTHON)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check $(LOCKED) requirements/uv.txt \
		&& $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt \
		|| $(BIN)/python -m pip install --disable-pip-version-check $(LOCKED) requirements/dev.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
	@touch $@

include benchmarks/peers/peers.mk
