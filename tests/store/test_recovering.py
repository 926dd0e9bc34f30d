"""A lost key: given back by who was chosen, and by nobody else."""

from __future__ import annotations

import pytest

from replique.errors import NotAllowed, NotFound, StaysSealed, UsageError
from replique.store import Home
from tests.store.desk_people import CANARY, CHEAP, People, opened, passphrase, people
from tests.store.papers import altered

NEW = "another four long words"


@pytest.fixture
def known(records: Home) -> People:
    """Awa chose Cleo, Dan and Eli; any two of them are enough."""
    del records
    from replique.store import confiding, recovering

    found = people()
    for each in (found.cleo, found.dan, found.eli):
        confiding.choose_confidant(found.awa, each)
    assert recovering.share_key(found.awa, passphrase("awa"), 2, cost=CHEAP).shared == 3
    return found


def written(known: People) -> int:
    from replique.store import sealing

    return sealing.write(CANARY, by=known.awa, performer="awa").id


def test_a_lost_passphrase_and_the_way_back(known: People) -> None:
    from replique.store import recovering, sealing, testimony_keys
    from replique.store.testimony_models import RecoveryPart

    text = written(known)
    old = testimony_keys.key(known.awa)
    asked = recovering.ask(known.awa, NEW, cost=CHEAP)
    assert old is not None
    assert asked.digits != old.digits
    assert [each.mine for each in recovering.recoveries(confidant=known.cleo)] == [True]
    assert recovering.recoveries(confidant=known.olga) == []
    recovering.answer(asked.id, known.cleo, opened(known, "cleo"))
    with pytest.raises(StaysSealed):
        recovering.finish(asked.id, known.awa, NEW)
    again = recovering.answer(asked.id, known.cleo, opened(known, "cleo"))
    assert not again.ready, "one who answers twice is one"
    assert recovering.answer(asked.id, known.eli, opened(known, "eli")).ready
    made = recovering.finish(asked.id, known.awa, NEW)
    assert made.digits == asked.digits
    private = testimony_keys.unlock(known.awa, NEW)
    assert sealing.read(text, known.awa, private) == CANARY
    with pytest.raises(StaysSealed):
        testimony_keys.unlock(known.awa, passphrase("awa"))
    assert not RecoveryPart.objects.exists(), "parts of the old key are of no use to anybody"
    assert recovering.share_key(known.awa, NEW, 3, cost=CHEAP).enough == 3
    assert altered() == []


def test_an_organiser_alone_can_do_nothing(known: People) -> None:
    from replique.store import confiding, members, recovering
    from replique.store.testimony_keys import unlock

    written(known)
    members.change_member(known.olga, roles=("member", "organiser", "auditor"))
    # she can ask in Awa's name, as who can reset an account could; nobody answers her
    asked = recovering.ask(known.awa, NEW, cost=CHEAP)
    with pytest.raises(NotAllowed):
        recovering.answer(asked.id, known.olga, opened(known, "olga"))
    with pytest.raises(StaysSealed):
        recovering.answer(asked.id, known.cleo, opened(known, "olga"))
    with pytest.raises(NotAllowed):
        confiding.choose_confidant(known.olga, known.olga)
    with pytest.raises(NotAllowed):
        recovering.finish(asked.id, known.olga, NEW)
    with pytest.raises(StaysSealed):
        recovering.finish(asked.id, known.awa, NEW)
    # and what she did leaves the old key as it was
    assert unlock(known.awa, passphrase("awa")).public


def test_an_organiser_who_is_a_confidant_is_one_of_several(known: People) -> None:
    from replique.store import confiding, recovering

    confiding.choose_confidant(known.awa, known.olga)
    recovering.share_key(known.awa, passphrase("awa"), 2, cost=CHEAP)
    asked = recovering.ask(known.awa, NEW, cost=CHEAP)
    recovering.answer(asked.id, known.olga, opened(known, "olga"))
    with pytest.raises(StaysSealed):
        recovering.finish(asked.id, known.awa, NEW)


def test_one_confidant_is_never_enough(known: People) -> None:
    from replique.store import recovering

    with pytest.raises(UsageError):
        recovering.share_key(known.awa, passphrase("awa"), 1, cost=CHEAP)


def test_only_performers_share_and_only_with_who_has_a_key(records: Home) -> None:
    del records
    from replique.store import confiding, members, recovering

    found = people()
    fay = members.add_member("Fay").id
    with pytest.raises(NotAllowed):
        recovering.share_key(found.cleo, passphrase("cleo"), 2, cost=CHEAP)
    for each in (found.cleo, fay):
        confiding.choose_confidant(found.awa, each)
    with pytest.raises(UsageError):
        recovering.share_key(found.awa, passphrase("awa"), 2, cost=CHEAP)
    with pytest.raises(UsageError):
        recovering.ask(found.awa, NEW, cost=CHEAP)
    with pytest.raises(StaysSealed):
        recovering.share_key(fay, NEW, 2, cost=CHEAP)


def test_who_is_no_confidant_any_more_keeps_nothing_that_opens(known: People) -> None:
    from replique.store import confiding, recovering, sealing, testimony_keys
    from replique.store.testimony_models import MemberKey, RecoveryPart

    text = written(known)
    kept = [
        (bytes(each.sealed), each.key_id)
        for each in RecoveryPart.objects.filter(confidant_key__member=known.cleo)
    ]
    (one,) = [each for each in confiding.confidants("awa") if each.member == known.cleo]
    confiding.end_confidence(known.cleo, one.id)
    assert RecoveryPart.objects.count() == 2
    recovering.share_key(known.awa, passphrase("awa"), 2, cost=CHEAP)
    assert RecoveryPart.objects.exclude(key=kept[0][1]).count() == 2
    old = MemberKey.objects.get(pk=kept[0][1])
    assert (old.state, bytes(old.locked), old.texts.count()) == ("retired", b"", 0)
    assert sealing.read(text, known.awa, opened(known, "awa")) == CANARY
    assert testimony_keys.key(known.awa) is not None
    assert altered() == []


def test_a_confidant_who_takes_a_new_key_still_keeps_the_part(known: People) -> None:
    from replique.store import recovering, testimony_keys

    testimony_keys.renew(known.cleo, passphrase("cleo"), cost=CHEAP)
    asked = recovering.ask(known.awa, NEW, cost=CHEAP)
    for name in ("cleo", "dan"):
        recovering.answer(asked.id, getattr(known, name), opened(known, name))
    assert recovering.finish(asked.id, known.awa, NEW).digits == asked.digits


def test_an_asking_is_dropped_by_its_owner_or_by_the_next(known: People) -> None:
    from replique.store import recovering
    from replique.store.testimony_models import RecoveryAnswer

    first = recovering.ask(known.awa, NEW, cost=CHEAP)
    recovering.answer(first.id, known.cleo, opened(known, "cleo"))
    second = recovering.ask(known.awa, NEW, cost=CHEAP)
    assert not RecoveryAnswer.objects.exists()
    with pytest.raises(NotFound):
        recovering.answer(first.id, known.cleo, opened(known, "cleo"))
    with pytest.raises(NotAllowed):
        recovering.drop(second.id, known.olga)
    recovering.drop(second.id, known.awa)
    assert recovering.recoveries(member=known.awa) == []
    assert altered() == []


def test_a_new_key_ends_what_was_asked_for_the_old(known: People) -> None:
    from replique.store import recovering, testimony_keys

    recovering.ask(known.awa, NEW, cost=CHEAP)
    testimony_keys.renew(known.awa, passphrase("awa"), cost=CHEAP)
    assert recovering.recoveries() == []
