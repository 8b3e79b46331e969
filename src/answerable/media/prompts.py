"""Make spoken prompts: text to a raw A-law file (`name.8`, 8,000 bytes a second), which rtp.io plays as it is."""

from __future__ import annotations

import array
import hashlib
import subprocess
import sys
import tempfile
import wave
from bisect import bisect_left
from functools import cache
from pathlib import Path

RATE = 8000
PACKET_BYTES = 160
SILENCE = 0xD5
SPEED = {"cmn": 240, "en": 160}
SENTENCES = {
    "opening": (
        "这是四零零号码开通前的测试来电，请放心挂机，谢谢。",
        "This is a test call before a four hundred number is opened. You may hang up. Thank you.",
    ),
}
CALLBACK = (
    "这是四零零号码接听线路的核实来电。如果不是您单位申请，请直接挂机，不要告诉任何人。验证码是：",
    "重复一遍：",
)
"""What a call-back says before the code, and before it says it again."""
"""What each kind of call says, Chinese first: whoever picks up hears what the call is."""
_SEGMENT_ENDS = [0x1F, 0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF, 0xFFF]


class SpeechError(Exception):
    """espeak-ng made no speech."""

    code = "SPEECH"


def prompt(kind: str, folder: Path, *, with_english: bool = False) -> Path:
    """Return the prompt of a kind of call, made at its first use."""
    chinese, english = SENTENCES[kind]
    texts = [("cmn", chinese), ("en", english)] if with_english else [("cmn", chinese)]
    name = hashlib.sha256(repr(texts).encode()).hexdigest()[:12]
    path = folder / f"{kind}-{name}.8"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        make(texts, path)
    return path


def say_code(code: str, folder: Path, into: Path) -> None:
    """Write the call-back's prompt with its code into a file of its own; the code is read twice, digit by digit.

    Digits are `folder/digits/N.8`: an operator's own recordings (raw A-law) if they are there, else made now.
    """
    parts = [_piece(text, folder) for text in CALLBACK]
    pause = bytes([SILENCE]) * (RATE // 2)
    spoken = pause.join(digit(int(each), folder).read_bytes() for each in code)
    audio = pause.join([parts[0].read_bytes(), spoken, parts[1].read_bytes(), spoken])
    into.write_bytes(audio + bytes([SILENCE]) * (-len(audio) % PACKET_BYTES))


def digit(value: int, folder: Path) -> Path:
    """Return the recording of one digit, made at its first use."""
    path = folder / "digits" / f"{value}.8"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        make([("cmn", "零一二三四五六七八九"[value])], path)
    return path


def _piece(text: str, folder: Path) -> Path:
    path = folder / f"callback-{hashlib.sha256(text.encode()).hexdigest()[:12]}.8"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        make([("cmn", text)], path)
    return path


def make(texts: list[tuple[str, str]], path: Path) -> float:
    """Speak texts, each in its voice, into one file; return its length in seconds."""
    audio = bytearray()
    for voice, text in texts:
        audio += bytes([SILENCE]) * (RATE // 4) + _speak(voice, text)
    audio += bytes([SILENCE]) * (-len(audio) % PACKET_BYTES)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".new", delete=False) as writing:  # two may make one
        writing.write(audio)
    Path(writing.name).replace(path)
    return seconds(path)


def seconds(path: Path) -> float:
    """Tell how long a prompt plays. rtp.io reports no end, so whoever plays it counts."""
    return path.stat().st_size / RATE


def _speak(voice: str, text: str) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        command = ["espeak-ng", "-v", voice, "-s", str(SPEED.get(voice, 170)), "-w", file.name, text]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0 or Path(file.name).stat().st_size < 1000:
            raise SpeechError(f"espeak-ng: {result.stderr.strip() or 'no sound'}")
        return from_wav(Path(file.name))


def from_wav(path: Path) -> bytes:
    """Convert a 16-bit mono WAV of any rate to A-law at 8,000 Hz."""
    with wave.open(str(path)) as file:
        if (file.getsampwidth(), file.getnchannels()) != (2, 1):
            raise SpeechError("Only 16-bit mono WAV.")
        rate = file.getframerate()
        samples = array.array("h", file.readframes(file.getnframes()))
    if sys.byteorder == "big":
        samples.byteswap()
    table = _table()
    step = rate / RATE
    width = max(1, round(step))  # the mean of a step's samples: keeps what lies above 4 kHz from folding down
    count = int((len(samples) - width) / step)
    return bytes(table[sum(samples[int(i * step) : int(i * step) + width]) // width >> 4] for i in range(count))


@cache
def _table() -> dict[int, int]:
    """Return A-law for each 12-bit sample (ITU-T G.711)."""
    return {sample: _alaw(sample) for sample in range(-2048, 2048)}


def _alaw(sample: int) -> int:
    """Encode a 12-bit sample, which G.711 takes as 13 bits."""
    value, mask = (sample * 2, 0xD5) if sample >= 0 else (-sample * 2 - 1, 0x55)
    segment = bisect_left(_SEGMENT_ENDS, value)
    if segment >= 8:
        return 0x7F ^ mask
    mantissa = (value >> (1 if segment < 2 else segment)) & 0x0F
    return (segment << 4 | mantissa) ^ mask
