from __future__ import annotations

import pytest

from replique import store
from replique.errors import NotFound, UsageError
from replique.store import Home
from tests.store.papers import altered, told, verbs


def test_dates_are_kept_as_far_as_they_are_known(records: Home, awa: str) -> None:
    del records
    assert (store.life(awa).born, store.life(awa).died) == ("", "")
    assert store.set_life(awa, born="2010-03").born == "2010-03"
    known = store.set_life(awa, died="2026-01-02")
    assert (known.performer, known.born, known.died) == (awa, "2010-03", "2026-01-02")
    assert store.life("Awa Diop") == known
    assert store.set_life(awa, died="").died == "", "taken back"
    assert verbs("life") == ["added", "changed", "changed"]
    assert "2010-03" not in told()
    assert altered() == []


@pytest.mark.parametrize(
    ("born", "died"),
    [("young", None), ("2010-13", None), ("2010", "2009"), (None, "9" * 60), ("2099-01-01", None)],
)
def test_what_is_no_day_is_refused(
    records: Home, awa: str, born: str | None, died: str | None
) -> None:
    del records
    with pytest.raises(UsageError):
        store.set_life(awa, born=born, died=died)
    assert (store.life(awa).born, store.life(awa).died) == ("", "")


def test_nobodys_dates_are_not_kept(records: Home) -> None:
    del records
    with pytest.raises(NotFound):
        store.life("nobody")
    with pytest.raises(NotFound):
        store.set_life("nobody", born="2010")
