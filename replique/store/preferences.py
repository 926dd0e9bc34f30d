"""settings.toml in the home: what a person sets once, for every search.

    [voices]
    encoder = "encoder.onnx"             # another encoder of voices; beside settings.toml
    encoder_sha256 = "5f2c…"             # exactly which file it is
    calibration = "calibration/voices.json"

All of it may be left out, and so may the file.  A slip is told with its place; nothing is guessed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from replique.errors import UsageError
from replique.language import gettext as _
from replique.models.encoder import Encoder
from replique.store import files
from replique.store.home import Home

NAME = "settings.toml"
TABLE = "voices"
ALLOWED = ("encoder", "encoder_sha256", "calibration")
LARGEST_BYTES = 1 << 20
_HEADING = re.compile(r"^\s*\[")
_VOICES = re.compile(r"^\s*\[\s*voices\s*\]\s*(#.*)?$")
_CALIBRATION = re.compile(r"^\s*calibration\s*=")


@dataclass(frozen=True, slots=True)
class VoicePreferences:
    """What is set for voices.

    encoder : None for the built-in one. calibration : its file, None for the built-in one.
    """

    encoder: Encoder | None = None
    calibration: Path | None = None


def voice_preferences(home: Home) -> VoicePreferences:
    """Return what is set for voices; raises UsageError with the place of a slip."""
    table = _table(home)
    said = {name: _text(name, table[name]) for name in ALLOWED if name in table}
    encoder = None
    if "encoder" in said:
        encoder = Encoder(_beside(home, said["encoder"]), _hash(home, said))
    elif "encoder_sha256" in said:
        raise _slip(
            _("“encoder_sha256” stands without “encoder”."),
            _("Name the encoder's file, or remove the line."),
        )
    calibration = _beside(home, said["calibration"]) if "calibration" in said else None
    return VoicePreferences(encoder, calibration)


def name_calibration(home: Home, file: Path) -> None:
    """Write into settings.toml which calibration is used; the rest of it stays as it is.

    file : under the home. Raises UsageError where settings.toml cannot be changed safely.
    """
    table, content = _table(home), _content(home)
    named = file.relative_to(home.path).as_posix()
    lines = content.splitlines()
    at = next((i for i, line in enumerate(lines) if _VOICES.match(line)), None)
    new = f'calibration = "{named}"'
    if at is None:
        lines += [*([""] if lines else []), f"[{TABLE}]", new]
    else:
        end = next((i for i in range(at + 1, len(lines)) if _HEADING.match(lines[i])), len(lines))
        old = [i for i in range(at + 1, end) if _CALIBRATION.match(lines[i])]
        if old:
            lines[old[0]] = new
        else:
            lines.insert(at + 1, new)
    text = "\n".join(lines) + "\n"
    try:
        changed = tomllib.loads(text).get(TABLE)
    except tomllib.TOMLDecodeError:
        changed = None
    if changed != {**table, "calibration": named}:
        raise _slip(
            _("The calibration could not be named in it: it is written in an unusual way."),
            _('Write under [voices]: calibration = "{file}"').format(file=named),
        )
    files.write(home.path / NAME, text.encode())


def _table(home: Home) -> Mapping[str, object]:
    values = _parsed(_content(home))
    for name in values:
        if name != TABLE:
            raise _slip(
                _("“{name}” is no part of it.").format(name=name),
                _("It may have one part: [voices]."),
            )
    table = values.get(TABLE, {})
    if not isinstance(table, dict):
        raise _slip(_("“voices” is not a part of it."), _("Write [voices] on a line of its own."))
    for name in table:
        if name not in ALLOWED:
            raise _slip(
                _("[voices] has no setting “{name}”.").format(name=name),
                _("It may have: {names}.").format(names=", ".join(ALLOWED)),
            )
    return table


def _content(home: Home) -> str:
    path = home.path / NAME
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise _slip(_("It is far too long."), _("Bring back the right file."))
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise _slip(_("It is not written in UTF-8."), _("Save it as UTF-8.")) from error
    except OSError as error:
        raise _slip(
            _("It cannot be read: {reason}.").format(reason=error.strerror or str(error)),
            _("Check who may read it."),
        ) from error


def _parsed(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        raise _slip(
            _("Line {line} is not written as TOML.").format(line=place[1])
            if place
            else _("Its end is missing."),
            _('A setting is written as name = "value".'),
        ) from error


def _text(name: str, value: object) -> str:
    if isinstance(value, str) and value.strip() and "\0" not in value:
        return value.strip()
    raise _slip(
        _("“{name}” is not a text.").format(name=name),
        _("Write its value between quotation marks."),
    )


def _hash(home: Home, said: Mapping[str, str]) -> str:
    found = said.get("encoder_sha256", "").lower()
    if re.fullmatch(r"[0-9a-f]{64}", found):
        return found
    if found:
        raise _slip(
            _("“encoder_sha256” is not a SHA-256: it has 64 digits, 0–9 and a–f."),
            _("Copy it whole."),
        )
    now = Encoder.of(_beside(home, said["encoder"])).sha256
    raise _slip(
        _("It names an encoder without its SHA-256."),
        _('If the file is the right one, add: encoder_sha256 = "{sha256}"').format(sha256=now),
    )


def _beside(home: Home, name: str) -> Path:
    try:
        return home.path / Path(name).expanduser()
    except RuntimeError:  # "~nobody": no user of this computer, so it is a name like others
        return home.path / name


def _slip(what: str, advice: str) -> UsageError:
    return UsageError(
        _("{file} cannot be used as it is. {what}").format(file=NAME, what=what), advice=advice
    )
