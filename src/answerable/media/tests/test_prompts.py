"""Prompts: A-law as G.711 has it, made once, at the length that they play."""

from __future__ import annotations

import array
import itertools
import math
import wave
from pathlib import Path

import pytest

from answerable.media import prompts
from answerable.media.landline import Landline


def tone(path: Path, hertz: int, rate: int = 22050) -> None:
    samples = array.array("h", (int(12000 * math.sin(2 * math.pi * hertz * n / rate)) for n in range(rate)))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(samples.tobytes())


def decode(code: int) -> int:
    """Decode A-law by the standard's own table of segments."""
    code ^= 0x55
    segment, mantissa = (code >> 4) & 7, code & 15
    size = (mantissa * 2 + 33) << (segment - 1) if segment else mantissa * 2 + 1
    return (size if code & 0x80 else -size) * 8


def test_each_sample_decodes_to_nearly_itself() -> None:
    for sample in range(-2048, 2048):
        back = decode(prompts._table()[sample])
        assert abs(back - (sample * 16 + 8)) <= max(16, abs(sample * 16) / 16)


def test_known_values_of_the_standard() -> None:
    table = prompts._table()
    assert (table[0], table[-1], table[2047], table[-2048]) == (0xD5, 0x55, 0xAA, 0x2A)


def test_tone_keeps_its_pitch_and_strength(tmp_path: Path) -> None:
    tone(tmp_path / "a.wav", 440)
    heard = [decode(code) for code in prompts.from_wav(tmp_path / "a.wav")]
    crossings = sum(1 for a, b in itertools.pairwise(heard) if a < 0 <= b)
    assert abs(crossings / (len(heard) / prompts.RATE) - 440) < 3
    assert 11000 < max(heard) < 13000


def test_prompt_is_spoken_once_and_kept(tmp_path: Path) -> None:
    path = prompts.prompt("opening", tmp_path)
    assert 2 < prompts.seconds(path) < 12
    assert path.stat().st_size % prompts.PACKET_BYTES == 0
    made = path.stat().st_mtime_ns
    assert (prompts.prompt("opening", tmp_path), path.stat().st_mtime_ns) == (path, made)
    assert max(decode(code) for code in path.read_bytes()) > 2000  # not silence
    assert prompts.seconds(prompts.prompt("opening", tmp_path, with_english=True)) > prompts.seconds(path) + 1


def test_text_without_a_sound_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(prompts.SpeechError):
        prompts.make([("cmn", "")], tmp_path / "x.8")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("line", "mode"), [("01062345678", "answer"), ("0100000", "busy"), ("0109999", "no_answer")])
def test_demo_line_does_what_its_last_digits_say(line: str, mode: str) -> None:
    landline = Landline.__new__(Landline)
    landline.busy, landline.no_answer = ["0000"], ["9999"]
    assert landline.mode(line) == mode
