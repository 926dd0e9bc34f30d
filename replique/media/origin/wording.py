"""What a look at a file's origin gave, as sentences in the language of whoever reads.

All of it is quotation: the file states, a signature names. The program states nothing of how
a sound was made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from replique.language import gettext as _
from replique.language import ngettext
from replique.media.origin.result import CREDENTIALS, SOURCE_TYPE, WATERMARK, OriginCheck
from replique.media.origin.vocabulary import words
from replique.media.origin.watermarks import title

_CODE = re.compile(r"[\w.:=-]{1,100}", re.ASCII)


def sentence(check: OriginCheck | Mapping[str, object]) -> str:
    """Return one result in words, in the language in force.

    check : an OriginCheck, or one kept as plain values (OriginCheck.as_dict). What is
        missing or unknown in it is left out, or told by its code.
    """
    if isinstance(check, OriginCheck):
        name, state, detail = check.check, str(check.state), check.detail
    else:
        name, state = str(check.get("check", "")), str(check.get("state", ""))
        kept = check.get("detail")
        detail = {str(k): str(v) for k, v in kept.items()} if isinstance(kept, dict) else {}
    if name == CREDENTIALS:
        return _credentials(state, detail)
    if name == SOURCE_TYPE:
        return _source_type(state, detail)
    if name.startswith(WATERMARK):
        return _watermark(title(name.removeprefix(WATERMARK)), state, detail)
    return f"{name}: {state}"


def _lines(detail: Mapping[str, str], name: str) -> list[str]:
    return [line for line in str(detail.get(name, "")).split("\n") if line]


_MARKS = str.maketrans(dict.fromkeys("“”„«»", '"'))


def _quoted(text: str) -> str:
    """Return what a file says in quotation marks that it cannot close itself."""
    # of either language: English closes with ”, French with »
    return _("“{text}”").format(text=text.translate(_MARKS))


def _codes(codes: list[str]) -> str:
    return ", ".join(code if _CODE.fullmatch(code) else _quoted(code) for code in codes)


def _in_words(terms: list[str]) -> str:
    known = words()
    return "; ".join(
        _("{words} [{term}]").format(words=known[term], term=term)
        if term in known
        else _quoted(term)
        for term in terms
    )


def _reason(detail: Mapping[str, str]) -> str:
    code = detail.get("reason", "")
    return {
        "container": _("no reader for files of this kind"),
        "damaged": _("this part of the file is damaged or makes no sense"),
        "bounds": _("the file asks for more to be read than is safe"),
        "library": _("the library that reads them cannot be loaded"),
        "unreadable": _("the file could not be read"),
        "not_installed": _("no reader for it is installed"),
        "no_public_reader": _("no reader for it is public"),
        "failed": _("the reader failed"),
    }.get(code, code)


# --- Content Credentials -------------------------------------------------------------------


def _credentials(state: str, detail: Mapping[str, str]) -> str:
    if state == "nothing":
        return _("The file carries no Content Credentials. That says nothing of how it was made.")
    if state == "found":
        return " ".join([_validation(detail), *_account(detail)])
    if detail.get("reason") == "remote":
        return _(
            "Content Credentials were not checked: the file says that they are kept elsewhere "
            "({address}), and nothing was fetched."
        ).format(address=_quoted(detail.get("remote", "?")))
    return _("Content Credentials were not checked: {reason}.").format(reason=_reason(detail))


def _validation(detail: Mapping[str, str]) -> str:
    state = detail.get("validation")
    if state == "invalid":
        return _(
            "The file carries Content Credentials whose check failed ({codes}): they may be "
            "about another content, or have been altered. What follows is what they state."
        ).format(codes=_codes(_lines(detail, "failures")) or _("no code given"))
    if state == "not_compared":
        return _(
            "The file carries Content Credentials. It is too large for them to be compared "
            "with its content: whether they are about it was not checked."
        )
    return _(
        "The file carries Content Credentials; the signature holds and the content is what was "
        "signed."
    )


def _account(detail: Mapping[str, str]) -> list[str]:
    """Return what the credentials state, sentence by sentence."""
    told = [_signer(detail)]
    if generators := _lines(detail, "generators"):
        told.append(
            _("They name as the program that wrote them: {names}.").format(
                names=", ".join(map(_quoted, generators))
            )
        )
    if types := _lines(detail, "source_types"):
        told.append(_("They state of the file: {types}.").format(types=_in_words(types)))
    else:
        told.append(_("They do not state how the file was made."))
    if actions := _lines(detail, "actions"):
        told.append(_("Actions that they list: {actions}.").format(actions=_codes(actions)))
    told += _of_ingredients(detail)
    if mining := _lines(detail, "mining"):
        told.append(
            _("On training and data mining they state: {entries}.").format(entries=_codes(mining))
        )
    if detail.get("identity"):
        told.append(_("They name somebody by a CAWG identity, which was not checked."))
    return told


def _signer(detail: Mapping[str, str]) -> str:
    names = [detail[name] for name in ("signer", "signer_name") if detail.get(name)]
    if not names:
        return _("Who signed them is not stated.")
    return _(
        "The certificate names {signer} as who signed them; this was not checked against a "
        "list of trusted signers."
    ).format(signer=", ".join(map(_quoted, dict.fromkeys(names))))


def _of_ingredients(detail: Mapping[str, str]) -> list[str]:
    told = []
    count = detail.get("ingredients", "")
    if count.isdecimal() and int(count):
        told.append(
            ngettext(
                "They list {count} ingredient.", "They list {count} ingredients.", int(count)
            ).format(count=count)
        )
    if types := _lines(detail, "ingredient_source_types"):
        told.append(
            _("Of ingredients or earlier versions, not of the file, they state: {types}.").format(
                types=_in_words(types)
            )
        )
    return told


# --- IPTC Digital Source Type --------------------------------------------------------------


def _source_type(state: str, detail: Mapping[str, str]) -> str:
    ends_only = detail.get("looked") == "ends"
    if state == "nothing":
        where = (
            _("No IPTC digital source type stands at the beginning or the end of the file.")
            if ends_only
            else _("The file states no IPTC digital source type.")
        )
        return " ".join([where, _("That says nothing of how it was made.")])
    if state != "found":
        return _("The IPTC digital source type was not checked: {reason}.").format(
            reason=_reason(detail)
        )
    told = []
    if whole := _lines(detail, "source_types"):
        told.append(
            _("The file's metadata states as its digital source type: {types}.").format(
                types=_in_words(whole)
            )
        )
    if parts := _lines(detail, "part_source_types"):
        told.append(
            _("Of something used in it, its metadata states: {types}.").format(
                types=_in_words(parts)
            )
        )
    if ends_only:
        told.append(_("It was found among other bytes, and may belong to a picture in the file."))
    told.append(_("Metadata is not signed: anybody can write or remove it."))
    if detail.get("reason"):
        told.append(_("Not all of it could be read: {reason}.").format(reason=_reason(detail)))
    return " ".join(told)


# --- Watermarks ----------------------------------------------------------------------------


def _watermark(name: str, state: str, detail: Mapping[str, str]) -> str:
    facts = {
        "name": name,
        "seconds": detail.get("read_s", "?"),
        "score": detail.get("score", "?"),
        "says": _quoted(detail.get("says", "")),
    }
    if state == "found":
        return _(
            "The watermark reader {name} says that it found its mark in {seconds} s of sound "
            "(score {score}): {says}"
        ).format(**facts)
    if state == "nothing":
        return _(
            "The watermark reader {name} did not find its mark in {seconds} s of sound. That "
            "says nothing of how it was made."
        ).format(**facts)
    return _("The watermark {name} was not looked for: {reason}.").format(
        name=name, reason=_reason(detail)
    )
