from __future__ import annotations

import pytest

from replique import store
from replique.errors import UsageError
from replique.store import Home


def test_bytes_that_are_no_text_are_told_in_words_and_not_repeated(records: Home) -> None:
    """As a shell gives them where its language is another than UTF-8."""
    del records
    for ask in (store.agreement, store.undo_duty):
        with pytest.raises(UsageError, match="UTF-8") as told:
            ask("my-secret-\udce9")
        assert "my-secret" not in "".join(told.value.args)
        assert told.value.__cause__ is None
        assert told.value.__suppress_context__
