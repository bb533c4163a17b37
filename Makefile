# Everything here runs from a fresh clone with Python 3.11, git and make; Node comes as a wheel.
#   make demo     a demo class, released, submitted, graded and compared with what is expected
#   make lab      JupyterLab as a student of the demo class; STUDENT=ada for another one
#   make test     the whole suite, which lints too
#   make verify   every assignment's reference, released and wrong solutions, over three seeds
#   make lint     ruff and mypy

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin

# The pins in constraints.txt are for Python 3.11.
PYTHON ?= $(shell for p in python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo $$p && break; done)

# What an installation depends on; a change in one of these installs again.
INPUTS := pyproject.toml constraints.txt autograder/__init__.py
# What the front end is built from; a change in one of these drops the bundle and installs again.
SOURCES := package.json yarn.lock tsconfig.json extension/install.json \
	$(shell find extension/src extension/style extension/schema -type f 2>/dev/null)

# In the environment, not as an option: the isolated build environments must see the pins as well
# (by either name, as the version of pip has it).
install = PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
	PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install -qq -e

.PHONY: help demo lab test verify lint clean

help:
	@sed -n '2,6s/^#   //p' Makefile

demo: $(VENV)/.llm
	@$(BIN)/python demo/run.py

lab: $(VENV)/.llm
	@$(BIN)/python demo/lab.py $(if $(STUDENT),--student=$(STUDENT))

# One thread a process. Three workers fill two cores, for much of a test is waiting for others.
test: $(VENV)/.test
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 3 --dist worksteal

verify: $(VENV)/.llm
	@$(BIN)/llm-classroom verify --seeds=3 --jobs=2

lint: $(VENV)/.test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 is needed and was not found on the path; install it or run: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make a virtual environment; install its venv package (Debian: apt install python3.11-venv)" >&2; exit 1; }

# Made again after an installation, which touches yarn.lock.
$(VENV)/.bundle: $(BIN)/python $(SOURCES)
	@rm -rf extension/llm_classroom/labextension
	@touch $@

$(VENV)/.llm: $(VENV)/.bundle $(INPUTS)
	@echo "Installing into $(VENV) (a few minutes the first time)"
	@$(install) ".[llm]"
	@touch $(VENV)/.bundle $@

# The test extra contains the llm extra.
$(VENV)/.test: $(VENV)/.bundle $(INPUTS)
	@echo "Installing into $(VENV) with the test tools (a few minutes the first time)"
	@$(install) ".[test]"
	@touch $(VENV)/.bundle $(VENV)/.llm $@

clean:
	rm -rf $(VENV) node_modules extension/lib extension/llm_classroom/labextension dist
