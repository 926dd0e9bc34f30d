"""Content Credentials (C2PA): the signed account of its making that a file may carry.

Read with c2pa-python, in a process of its own (reading.py), and only where our own walk finds
a store of them. Nothing is fetched: no manifest kept elsewhere, no revocation, no list of
trusted signers. So a signer's name is what a certificate says, and whether the certificate may
say so is not checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from replique.media.origin.asking import Answer, ask
from replique.media.origin.bounded import Bounded, Spent
from replique.media.origin.places import Container, container_of, may_carry_credentials
from replique.media.origin.result import CREDENTIALS, OriginCheck, listed, printable
from replique.media.origin.vocabulary import term

LARGEST_COMPARED = {Container.RIFF: 4 << 30, Container.BMFF: 4 << 30}
LARGEST_COMPARED_WHOLE = 256 << 20
"""Bytes of a file up to which its credentials are compared with its content. The library
hashes WAV, AVI, MP4 and MOV in blocks (0.5 GiB of memory, whatever their length), but keeps
an MP3 or a FLAC in memory whole."""
_MOST_READ = 64 << 20
_TIMES_READ = 3.0  # an MP3 is read twice

_READABLE = {
    Container.BMFF: "video/mp4",
    Container.FLAC: "audio/flac",
    Container.MPEG: "audio/mpeg",
}

_OF_TRUST = frozenset(["signingCredential.untrusted", "timeStamp.untrusted"])
"""Trust is not asked for: what the library says of it all the same is no failed check."""

_MINING = ("cawg.training-mining", "c2pa.training-mining")


def check_credentials(content: BinaryIO) -> OriginCheck:
    """Return what the Content Credentials in a file state; never raises for its content.

    content : the file, seekable. Raises OSError when it cannot be read at all.

    found : "validation" is "valid" (the signature holds and the content is what was
        signed), "invalid" (with "failures", C2PA's codes) or "not_compared" (the file is
        too large, see LARGEST_COMPARED: only the credentials were read); "trust" is always
        "not_checked"; "signer", "signer_name", "signed_at", "generators", "source_types",
        "actions", "ingredients" (how many), "ingredient_source_types", "mining"
        ("cawg.ai_generative_training=notAllowed"), "identity", where the file states them.
    not_checked : "reason" is "container" (no reader for files built like this), "remote"
        (kept elsewhere, at "remote", and not fetched), "damaged", "bounds", "library",
        "failed" (the reader crashed).
    """
    file = Bounded(content, most=_MOST_READ, times=_TIMES_READ)
    head = file.exactly(0, 16)
    media_type = _media_type(head)
    if not media_type:
        return _not_checked("container")
    compared = file.size <= LARGEST_COMPARED.get(container_of(head), LARGEST_COMPARED_WHOLE)
    try:
        if not may_carry_credentials(file):
            return OriginCheck(CREDENTIALS, "nothing")
        return _understood(*ask(file, media_type, compared=compared), compared=compared)
    except Spent:
        return _not_checked("bounds")


def _understood(answer: Answer, said: str, *, compared: bool) -> OriginCheck:
    if answer is Answer.ACCOUNT:
        return _told(said, compared=compared)
    if answer is Answer.NOTHING:
        return OriginCheck(CREDENTIALS, "nothing")
    if answer is Answer.ERROR:
        return _why_not(said)
    return _not_checked("library" if answer is Answer.NO_LIBRARY else "failed")


def _media_type(head: bytes) -> str:
    kind = container_of(head)
    if kind is Container.RIFF and head[:4] == b"RIFF":
        return "audio/wav" if head[8:12] == b"WAVE" else "video/avi"
    return _READABLE.get(kind, "")


def _not_checked(reason: str, **more: str) -> OriginCheck:
    return OriginCheck(CREDENTIALS, "not_checked", detail={"reason": reason} | more)


def _why_not(error: str) -> OriginCheck:
    if error.startswith("Remote: "):
        return _not_checked("remote", remote=printable(error.rpartition(" ")[2]))
    if error.startswith("NotSupported: "):
        return _not_checked("container")
    return _not_checked("damaged", error=printable(error.partition(":")[0]))


def _told(account: str, *, compared: bool) -> OriginCheck:
    try:
        store = json.loads(account)
        manifests = {str(key): _mapping(each) for key, each in store["manifests"].items()}
        active = manifests[store["active_manifest"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return _not_checked("damaged")
    others = [each for each in manifests.values() if each is not active]
    detail = {
        "validation": _validation(store) if compared else "not_compared",
        "failures": listed(_failures(store)),
        "trust": "not_checked",
        **_signature(active),
        "generators": listed(_generators(active)),
        "source_types": listed(_source_types(active)),
        "actions": listed([str(each.get("action", "")) for each in _actions(active)]),
        "ingredients": str(len(_sequence(active.get("ingredients"))) or ""),
        "ingredient_source_types": listed([t for each in others for t in _source_types(each)]),
        "mining": listed(_mining(active)),
        "identity": listed(
            [label for label, _data in _assertions(active) if label.startswith("cawg.identity")]
        ),
    }
    return OriginCheck(CREDENTIALS, "found", detail={k: v for k, v in detail.items() if v})


def _validation(store: Mapping[str, Any]) -> str:
    return "valid" if store.get("validation_state") in ("Valid", "Trusted") else "invalid"


def _failures(store: Mapping[str, Any]) -> list[str]:
    statuses = map(_mapping, _sequence(store.get("validation_status")))
    codes = [str(each.get("code", "")) for each in statuses]
    return [code for code in codes if code not in _OF_TRUST]


def _signature(manifest: Mapping[str, Any]) -> dict[str, str]:
    info = _mapping(manifest.get("signature_info"))
    return {
        "signer": printable(info.get("issuer") or ""),
        "signer_name": printable(info.get("common_name") or ""),
        "signed_at": printable(info.get("time") or ""),
    }


def _generators(manifest: Mapping[str, Any]) -> list[str]:
    named = [_mapping(each) for each in _sequence(manifest.get("claim_generator_info"))]
    found = [f"{each.get('name', '')} {each.get('version') or ''}" for each in named]
    return found or [str(manifest.get("claim_generator") or "")]


def _assertions(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for each in map(_mapping, _sequence(manifest.get("assertions"))):
        yield str(each.get("label", "")), _mapping(each.get("data"))


def _actions(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for label, data in _assertions(manifest):
        if label.startswith("c2pa.actions"):
            yield from map(_mapping, _sequence(data.get("actions")))


def _source_types(manifest: Mapping[str, Any]) -> list[str]:
    """Return the terms that the actions of a manifest, and metadata in it, state."""
    found = [term(str(each.get("digitalSourceType") or "")) for each in _actions(manifest)]
    for _label, data in _assertions(manifest):
        found.append(term(str(data.get("Iptc4xmpExt:DigitalSourceType") or "")))
        found.append(term(str(data.get("digitalSourceType") or "")))
    return found


def _mining(manifest: Mapping[str, Any]) -> list[str]:
    return [
        f"{name}={_mapping(entry).get('use', '')}"
        for label, data in _assertions(manifest)
        if label.startswith(_MINING)
        for name, entry in _mapping(data.get("entries")).items()
    ]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _sequence(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
