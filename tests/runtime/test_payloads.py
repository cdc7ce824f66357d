"""What Slack's form encoding holds is read as the standard library reads it, whatever people type."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

from hypothesis import given
from hypothesis import strategies as st

from bot.runtime.http import _decoded

# Slack escapes as browsers do; surrogates aren't text.
WORDS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(WORDS, WORDS | st.integers() | st.lists(WORDS)), st.booleans())
def test_a_payload_comes_out_as_it_went_in(payload: dict[str, object], escapes_unicode: bool) -> None:
    said = json.dumps(payload, ensure_ascii=escapes_unicode)

    assert _decoded(urlencode({"payload": said}).encode()) == said
    assert _decoded(f"payload={quote(said, safe='')}".encode()) == said


@given(st.text("abc%+=&\r\n0Fé", max_size=30))
def test_what_isnt_a_payload_stays_as_it_came(text: str) -> None:
    for body in (f"command={text}", f"payload=1&{text}", f"payload=%7B%7D&command={text}", f'{{"a": "{text}"}}'):
        assert _decoded(body.encode()) == body
