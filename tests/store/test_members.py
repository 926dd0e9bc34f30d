from __future__ import annotations

import datetime as dt

import pytest

from replique import store
from replique.errors import AlreadyThere, NotAllowed, NotFound, UsageError
from replique.store import Home
from tests.store.desk_people import People, people
from tests.store.papers import altered, told, verbs


@pytest.fixture
def known(records: Home) -> People:
    del records
    return people()


def test_what_somebody_is_follows_from_what_they_were_given_and_who_chose_them(
    known: People,
) -> None:
    from replique.store import confiding, members

    confiding.choose_confidant(known.awa, known.cleo)
    by_name = {each.name: each for each in members.members()}
    assert by_name["Awa"].roles == {"performer"}
    assert by_name["Awa"].performer == "awa"
    assert by_name["Cleo"].roles == {"member", "confidant"}
    assert by_name["Cleo"].confides == ("awa",)
    assert by_name["Olga"].roles == {"organiser"}
    assert members.member(known.cleo) == by_name["Cleo"]
    assert altered() == []


def test_the_ledger_names_nobody(known: People) -> None:
    from replique.store import confiding, inviting

    confiding.choose_confidant(known.awa, known.cleo)
    inviting.invite("Fay", by=known.olga)
    for name in ("Awa", "Cleo", "Olga", "Fay"):
        assert name not in told()


@pytest.mark.parametrize("role", ["performer", "confidant", "king", ""])
def test_nobody_is_made_what_only_they_themselves_can_be(known: People, role: str) -> None:
    from replique.store import members

    with pytest.raises(UsageError):
        members.add_member("Fay", roles=(role,))
    with pytest.raises(UsageError):
        members.change_member(known.cleo, roles=(role,))


def test_a_performer_is_one_member(known: People) -> None:
    from replique.store import members

    with pytest.raises(AlreadyThere):
        members.add_member("Awa again", performer="awa")
    with pytest.raises(AlreadyThere):
        members.change_member(known.cleo, performer="awa")
    with pytest.raises(NotFound):
        members.add_member("Fay", performer="nobody")
    assert members.change_member(known.ben, performer="").performer == ""


def test_somebody_is_always_left_who_organises(known: People) -> None:
    from replique.store import members

    with pytest.raises(UsageError):
        members.change_member(known.olga, roles=("member",))
    members.change_member(known.cleo, roles=("member", "organiser"))
    assert members.change_member(known.olga, roles=()).roles == frozenset()


def test_names_and_languages_are_checked(known: People) -> None:
    from replique.store import members

    changed = members.change_member(known.cleo, name="  Cleo\0 Marin ", language="fr")
    assert (changed.name, changed.language) == ("Cleo\\x00 Marin", "fr")
    with pytest.raises(UsageError):
        members.change_member(known.cleo, name="  ")
    with pytest.raises(UsageError):
        members.change_member(known.cleo, language="xx")
    with pytest.raises(NotFound):
        members.change_member(999, name="x")


def test_a_laptop_has_one_person_made_once(records: Home) -> None:
    del records
    from replique.store import members

    first = members.owner("Awa Diop")
    assert members.owner("Somebody") == first
    assert first.appointed == {"member", "organiser", "auditor"}


def test_an_invitation_lets_one_person_in_once(known: People) -> None:
    from replique.store import inviting, members
    from replique.store.member_models import Invitation

    made = inviting.invite("Fay", by=known.olga, roles=("member", "auditor"), language="fr")
    assert made.code
    assert made.code not in repr(made)
    row = Invitation.objects.get()
    assert made.code not in str(row.__dict__)
    assert inviting.invitation(made.code).name == "Fay"
    assert [each.code for each in inviting.invitations()] == [""]
    fay = inviting.accept(made.code)
    assert fay.appointed == {"member", "auditor"}
    assert members.member(fay.id).language == "fr"
    with pytest.raises(NotFound):
        inviting.accept(made.code)
    assert inviting.invitations() == []
    assert [each.state for each in inviting.invitations(closed=True)] == ["used"]
    assert verbs("invitation") == ["added", "used"]
    assert altered() == []


def test_an_invitation_that_is_wrong_old_or_taken_back_says_one_thing(known: People) -> None:
    from replique.store import inviting

    gone = inviting.invite("Fay", by=known.olga)
    inviting.revoke(gone.id)
    late = inviting.invite("Gus", by=known.olga, days=-1)
    said = set()
    for code in (gone.code, late.code, "guessed", "", "\udce9"):
        with pytest.raises(NotFound) as caught:
            inviting.accept(code)
        said.add(str(caught.value))
    assert len(said) == 1
    with pytest.raises(NotFound):
        inviting.revoke(gone.id)


def test_an_invitation_may_be_for_a_performer(known: People) -> None:
    from replique.store import inviting

    store.add_performer("Fay", "fay")
    made = inviting.invite("Fay", by=known.olga, roles=(), performer="fay")
    assert inviting.accept(made.code).roles == {"performer"}


def test_performers_choose_confidants_and_nobody_else_does(known: People) -> None:
    from replique.store import confiding

    one = confiding.choose_confidant(known.awa, known.cleo)
    assert confiding.choose_confidant(known.awa, known.cleo) == one
    assert [each.name for each in confiding.confidants("awa")] == ["Cleo"]
    for chooser in (known.olga, known.cleo):
        with pytest.raises(NotAllowed):
            confiding.choose_confidant(chooser, known.dan)
    with pytest.raises(UsageError):
        confiding.choose_confidant(known.awa, known.awa)


def test_either_of_the_two_ends_it_and_no_third(known: People) -> None:
    from replique.store import confiding

    for ender in (known.awa, known.cleo):
        one = confiding.choose_confidant(known.awa, known.cleo)
        for third in (known.olga, known.dan, known.ben):
            with pytest.raises(NotAllowed):
                confiding.end_confidence(third, one.id)
        confiding.end_confidence(ender, one.id)
        assert confiding.confidants("awa") == []
        with pytest.raises(NotFound):
            confiding.end_confidence(ender, one.id)
    assert verbs("confidant") == ["added", "ended"] * 2
    assert altered() == []


def test_members_joined_at_a_time_of_their_own(known: People) -> None:
    from replique.store import members

    joined = members.member(known.awa).joined
    assert joined is not None
    assert joined.tzinfo is dt.UTC
