"""Open a container with FFmpeg, safely: one stream of bytes in, and no way out.

What a stranger's file can make FFmpeg do is bounded four times over:

1. it is given an open file object, never a name, so that no name is ever a URL;
2. any further file that a demuxer asks for is empty (`io_open`);
3. no protocol is allowed for nested opens either (`protocol_whitelist`);
4. playlists, devices and subtitles are not among the demuxers it may use, and no
   decoder of pictures is ever run (`format_whitelist`, `codec_whitelist`).
"""

from __future__ import annotations

import errno
import io
import re
from functools import cache
from pathlib import PurePath
from typing import Any, BinaryIO

import av
import av.logging
from av.container import InputContainer
from av.format import ContainerFormat

from replique.errors import Damaged, MediaError, NotMedia
from replique.language import gettext as _
from replique.media.sniff import HEAD, Kind, sniff
from replique.media.track import decoder

# FFmpeg must not write to the terminal, whatever a program around us has set.
av.logging.set_level(None)

FAILURES = (av.FFmpegError, OSError, ValueError, RuntimeError, MemoryError)
"""What PyAV raises when it opens a file that is broken."""

QUIET_PROBE = 1 << 16
"""Bytes in which something unknown must be recognised; a megabyte takes 0.1 s to think over."""

READ_SIZE = 1 << 16
"""Bytes that FFmpeg asks for at a time. More would be read in vain when it jumps over pictures."""

_REFUSED = (
    # playlists: they open other files, or the network
    "concat concatf dash hls imf rtp rtsp sap sdp webm_dash_manifest vobsub image2 sbg"
    # devices
    " alsa fbdev kmsgrab lavfi oss v4l2 video4linux2,v4l2 x11grab pulse sndio jack"
    " dshow avfoundation gdigrab vfwcap decklink openal android_camera iec61883 libcdio"
    # text, and files of text: nothing to hear
    " aqtitle ass ffmetadata jacosub lrc mcc microdvd mpl2 mpsub pjs rcwt realtext sami scc srt"
    " stl subviewer subviewer1 sup tedcaptions tty vplayer webvtt"
    # no header of their own: anything could be this, and only the name says so
    " alaw bin data f32be f32le f64be f64le g726 g726le g728 mulaw rawvideo s16be s16le s24be"
    " s24le s32be s32le s8 u16be u16le u24be u24le u32be u32le u8 vidc bitpacked v210 v210x"
    " codec2raw sln"
)
REFUSED_DEMUXERS = frozenset(_REFUSED.split())


@cache
def _allowed_demuxers() -> str:
    names = set()
    for name in av.formats_available:
        try:
            found = ContainerFormat(name, "r").name
        except ValueError:
            continue
        if found not in REFUSED_DEMUXERS and not found.endswith("_pipe"):
            names.add(found)
    return ",".join(sorted(names))


@cache
def _audio_decoders() -> str:
    names = set()
    for name in av.codecs_available:
        try:
            codec = av.Codec(name, "r")
        except ValueError:
            continue
        if codec.type == "audio":
            names.add(codec.name)
    return ",".join(sorted(names))


@cache
def _options() -> dict[str, str]:
    return {
        "protocol_whitelist": "none",
        "format_whitelist": _allowed_demuxers(),
        "codec_whitelist": _audio_decoders(),
        "max_streams": "256",
    }


def _nothing(_url: str, _flags: int, _options: dict[str, str]) -> BinaryIO:
    """Stand for any other file that a medium asks for: there is nothing in it."""
    return io.BytesIO()


class Feed:
    """What FFmpeg reads from: a file, whose name tells the extension and nothing else.

    A few formats have so weak a beginning that the extension tips the balance.

    No exception passes through FFmpeg: it would print some, and lose others. A jump to
    where there is nothing fails, as it should; a failure to read is the end of the file to
    FFmpeg, and kept in `trouble` for us.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        extension = PurePath(name).suffix.lower()
        self.name = "medium" + (extension if re.fullmatch(r"\.[a-z0-9]{1,5}", extension) else "")
        self.file = file
        self.trouble: OSError | None = None

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, as io does."""
        try:
            return self.file.read(size)
        except OSError as error:
            self.trouble = self.trouble or error
            return b""

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Return the new position; a negative number is an error to FFmpeg."""
        try:
            return self.file.seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -errno.EINVAL

    def tell(self) -> int:
        """Return the position, as io does."""
        return self.file.tell()


def open_container(feed: Feed, locator: str) -> InputContainer:
    """Open what FFmpeg knows, from its beginning; the caller closes it, then the file.

    Raises NotMedia when no decoder knows it, Damaged when it begins like a medium and
    still cannot be opened. OSError when it could not be read.
    """
    try:
        return _open(feed, _options())
    except FAILURES as error:
        raise why_not(feed, locator) from error


def sounds(file: BinaryIO) -> bool:
    """Say whether FFmpeg finds sound in a file that looks like nothing known."""
    try:
        options = {**_options(), "formatprobesize": str(QUIET_PROBE)}
        with _open(Feed(file, ""), options) as container:
            return any(decoder(stream) is not None for stream in container.streams.audio)
    except FAILURES:
        return False


def _open(feed: Feed, options: dict[str, str]) -> InputContainer:
    feed.file.seek(0)
    feed_as_file: Any = feed
    container: InputContainer = av.open(
        feed_as_file,
        mode="r",
        container_options=dict(options),
        metadata_errors="replace",
        buffer_size=READ_SIZE,
        io_open=_nothing,
    )
    return container


def why_not(feed: Feed, locator: str) -> MediaError:
    """Say why FFmpeg finds nothing in a file: broken, empty, or something else.

    Raises OSError when that is because it could not be read.
    """
    if feed.trouble is not None:
        raise feed.trouble
    feed.file.seek(0)
    head = feed.file.read(HEAD)
    if getattr(feed.file, "damaged", False) or sniff(head) is Kind.MEDIUM:
        return Damaged(
            _("{path} is incomplete or damaged: it cannot be opened.").format(path=locator),
            advice=_("Copy or download it again."),
        )
    if not head:
        return NotMedia(
            _("{path} is empty.").format(path=locator), advice=_("Copy or download it again.")
        )
    return NotMedia(
        _("{path} is neither sound nor film that can be decoded.").format(path=locator),
        advice=_("If it plays elsewhere, convert it to WAV or FLAC and search that."),
    )
