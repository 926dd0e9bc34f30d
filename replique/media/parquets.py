"""The sounds in a Parquet file's columns: that is how training sets travel.

Three shapes of column are known:

    struct{bytes, path}                  Hugging Face datasets' Audio
    binary                               encoded files, known by their first bytes
    struct{array, sampling_rate}         samples, already decoded

A member's name is row:column, and the path that the row gives: "17:audio:clip.wav".
Row groups are what cores share: reading a row means unpacking its group up to there.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import PurePath
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from replique.errors import Unreadable
from replique.language import gettext as _
from replique.media.place import Content, Entries, Entry, Members, Place, damaged_archive
from replique.media.spool import Spool

if TYPE_CHECKING:
    from pyarrow import DataType
    from pyarrow.parquet import ParquetFile

ROWS_AT_ONCE = 8
WORTH = 16 << 20
"""Bytes of rows held at once, about: long recordings come one by one."""
BUFFER = 1 << 20


def _arrow() -> tuple[ModuleType, ModuleType]:
    try:
        import pyarrow as pa  # noqa: PLC0415 : only those who have such a file wait for it
        import pyarrow.parquet as pq  # noqa: PLC0415 : as above
    except ImportError as error:
        raise Unreadable(
            _("Parquet files cannot be read: pyarrow is not installed."),
            advice=_("Run: pip install pyarrow"),
        ) from error
    return pa, pq


def parquet_entries(content: Content, place: Place) -> Entries:
    """Yield the sounds in the row groups that are in our portion."""
    pa, pq = _arrow()
    failures = (pa.ArrowException, OSError, ValueError, TypeError, OverflowError, MemoryError)
    with content.open() as file:
        try:
            table = pq.ParquetFile(file, pre_buffer=False, buffer_size=BUFFER)
            columns = [f.name for f in table.schema_arrow if _may_hold_sound(pa, f.type)]
            if columns:
                yield from _rows(table, columns, Members(place))
        except failures as error:
            raise damaged_archive() from error


def parquet_count(file: BinaryIO) -> int:
    """Return the number of row groups of a Parquet file."""
    pa, pq = _arrow()
    try:
        return max(1, int(pq.ParquetFile(file).metadata.num_row_groups))
    except (pa.ArrowException, OSError, ValueError):
        return 1


def _may_hold_sound(pa: ModuleType, kind: DataType) -> bool:
    if pa.types.is_struct(kind):
        names = {kind.field(i).name for i in range(kind.num_fields)}
        return "bytes" in names or {"array", "sampling_rate"} <= names
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _rows(table: ParquetFile, columns: list[str], members: Members) -> Entries:
    place, first = members.place, 0
    for group in range(table.num_row_groups):
        about = table.metadata.row_group(group)
        rows = about.num_rows
        if place.takes(group) and _may_lie_in(place, first, rows):
            size = max(1, about.total_byte_size // max(1, rows))
            at_once = max(1, min(ROWS_AT_ONCE, WORTH // size))
            row = first
            for batch in table.iter_batches(at_once, row_groups=[group], columns=columns):
                for index in range(batch.num_rows):
                    for column in columns:
                        value = batch.column(column)[index].as_py()
                        yield from _member(value, f"{row}:{column}", members)
                    row += 1
        first += rows


def _may_lie_in(place: Place, first: int, rows: int) -> bool:
    """Say whether the member that is looked for, if any, lies in these rows."""
    if not place.only:
        return True
    number = place.only[0].split(":", 1)[0]
    return number.isdecimal() and first <= int(number) < first + rows


def _member(value: object, row_name: str, members: Members) -> Iterator[Entry]:
    place = members.place
    data, path = _bytes_and_path(value)
    if not data:
        return
    name = members.name(f"{row_name}:{PurePath(path).name}" if path else row_name)
    place.budget.spend(len(data))
    if place.wants(name):
        spool = Spool(io.BytesIO(data), limits=place.limits, failures=(OSError,))
        try:
            yield place.inside(name), spool
        finally:
            spool.close()


def _bytes_and_path(value: object) -> tuple[bytes, str]:
    if isinstance(value, bytes):
        return value, ""
    if not isinstance(value, dict):
        return b"", ""
    path = value.get("path")
    path = path if isinstance(path, str) else ""
    data, array, rate = value.get("bytes"), value.get("array"), value.get("sampling_rate")
    if isinstance(data, bytes):
        return data, path
    if isinstance(array, list) and isinstance(rate, int) and 0 < rate < 1 << 31:
        return _wav(np.array(array, np.float32).reshape(len(array), -1), rate), path
    return b"", path


def _wav(samples: np.ndarray[tuple[int, int], np.dtype[np.float32]], rate: int) -> bytes:
    """Return samples, float32 (n, channels), as a WAV file (WAVE_FORMAT_IEEE_FLOAT)."""
    channels = samples.shape[1]
    data = samples.astype("<f4").tobytes()
    form = struct.pack("<HHIIHH", 3, channels, rate, rate * channels * 4, channels * 4, 32)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body
