"""Sound recordings that strangers upload: WAV and MP3, admitted by content and written anew without what is no sound.

Nothing is decoded: a WAV keeps its samples, an MP3 its frames; titles, pictures and whatever hid between them is left out.
"""

from __future__ import annotations

import hashlib
import io
import wave
from dataclasses import dataclass, field
from typing import Literal

MAX_BYTES = 15 * 1024 * 1024
LEAST_FRAMES = 4
_KBITS = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""By the version of MPEG audio, layer III: index 0 (free format) and 15 (bad) are not taken."""
_HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


class SoundRefused(Exception):
    """A file that is no recording: the texts say what to do."""

    text_zh = "录音无法打开，只接受 WAV 或 MP3（不超过 15 MB）。请用手机录音机重新导出后上传。"
    text_en = "The recording cannot be opened: WAV or MP3 of at most 15 MB. Export it again and upload it."


@dataclass(frozen=True)
class AdmittedSound:
    """A recording, written anew."""

    raw: bytes = field(repr=False)
    media_type: Literal["audio/wav", "audio/mpeg"]
    sha256: str


def is_sound(raw: bytes) -> bool:
    """Say whether a file begins like WAV or MP3."""
    is_wav = raw[:4] == b"RIFF" and raw[8:12] == b"WAVE"
    return is_wav or raw[:3] == b"ID3" or (len(raw) > 1 and raw[0] == 0xFF and raw[1] & 0xE6 == 0xE2)


def admit_sound(raw: bytes) -> AdmittedSound:
    """Take a WAV (PCM) or MP3 and return it written anew; raise SoundRefused."""
    if len(raw) > MAX_BYTES or not is_sound(raw):
        raise SoundRefused
    is_wav = raw[:4] == b"RIFF"
    clean = _rewritten_wav(raw) if is_wav else _frames_of_mp3(raw)
    return AdmittedSound(clean, "audio/wav" if is_wav else "audio/mpeg", hashlib.sha256(raw).hexdigest())


def _rewritten_wav(raw: bytes) -> bytes:
    out = io.BytesIO()
    try:
        with wave.open(io.BytesIO(raw)) as source, wave.open(out, "wb") as copy:
            if (
                not source.getnframes()
                or not 1 <= source.getnchannels() <= 2
                or not 4000 <= source.getframerate() <= 96000
            ):
                raise SoundRefused
            copy.setnchannels(source.getnchannels())
            copy.setsampwidth(source.getsampwidth())
            copy.setframerate(source.getframerate())
            copy.writeframes(source.readframes(min(source.getnframes(), MAX_BYTES)))
    except (wave.Error, EOFError, ValueError, ZeroDivisionError, RuntimeError):
        raise SoundRefused from None
    return out.getvalue()


def _frames_of_mp3(raw: bytes) -> bytes:
    """Keep the whole frames that follow one another from the first; a tail that is no frame is left out."""
    at = 0
    if raw[:3] == b"ID3" and len(raw) > 10:
        at = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(raw[6:10], (21, 14, 7, 0), strict=True))
    frames = []
    while length := _frame_length(raw[at : at + 4]):
        if at + length > len(raw):
            break
        frames.append(raw[at : at + length])
        at += length
    if len(frames) < LEAST_FRAMES:
        raise SoundRefused
    return b"".join(frames)


def _frame_length(head: bytes) -> int:
    """Return the bytes of the layer III frame with this head; 0 if it is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer, rate, hertz = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer != 1 or rate in {0, 15} or hertz == 3:
        return 0
    kbits = _KBITS[1 if version == 3 else 2][rate]
    return (144 if version == 3 else 72) * kbits * 1000 // _HERTZ[version][hertz] + (head[2] >> 1 & 1)
