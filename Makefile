PYTHON ?= python3
BIN := .venv/bin

.PHONY: install demo test check bench pictures pins messages

install: .venv/installed

.venv/installed: requirements.txt requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

demo: install
	$(BIN)/python -m bot demo $(ARGS)

test: install
	$(BIN)/pytest -n 2 --cov --cov-report=term:skip-covered $(ARGS)

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install
	$(BIN)/python -m tests.bench $(ARGS)

# Takes the README's pictures anew, while the stories in tests/browser run; needs Chromium.
pictures: install
	$(BIN)/pytest -q tests/browser --pictures docs/pictures $(ARGS)

# Writes the pins anew; needs uv. No addresses are recorded, only names and hashes.
pins:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links --no-header \
		pyproject.toml --output-file requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links --no-header \
		pyproject.toml --group dev --output-file requirements-dev.txt

# Brings the catalogues in bot/locales up to date with the sentences in the code; new ones wait for translation.
messages: install
	$(BIN)/pybabel --quiet extract --no-default-keywords -k say -k say_n:1,2 -k mark -k UserError \
		--no-location --sort-output --omit-header -o bot/locales/cairn.pot bot handlers
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --no-wrap --ignore-obsolete --ignore-pot-creation-date \
		-D cairn -i bot/locales/cairn.pot -d bot/locales
	rm bot/locales/cairn.pot
