"""espeak-ng by ctypes: one text in, sound in pieces and the time of every word out.

The library keeps everything in globals and ends the process when its data is broken, so it is only ever
loaded by a child process (`child`). Names and numbers are those of its `speak_lib.h` (1.52).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass

_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: sound goes to the callback, and the call ends when all of it has
_DO_NOT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT
_POSITION_CHARACTER = 1  # POS_CHARACTER
_UTF8 = 1  # espeakCHARS_UTF8
_RATE = 1  # espeakRATE
_WORD, _END, _TERMINATED = 1, 5, 0  # espeak_EVENT_TYPE

WORDS_A_MINUTE = 165
"""At speed 1: a little slower than its own 175, as one narrates."""


class SpeechFailed(Exception):
    """espeak-ng could not; the text says what it was at."""


class UnknownVoice(SpeechFailed):
    """It has no voice of that name."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A word that begins, or a clause that ends: `position` counts the text's characters from 0, `sample`
    those of the sound."""

    is_word: bool
    position: int
    sample: int


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class Espeak:
    """The loaded library. One of them in a process. Raises OSError and `SpeechFailed`."""

    def __init__(self, *, library: str, data: str) -> None:
        self._library = ctypes.CDLL(library)
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
            ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        self.rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), _DO_NOT_EXIT))
        if self.rate <= 0:
            raise SpeechFailed("its data cannot be loaded")

    def say(self, text: str, *, voice: str, speed: float, out: Callable[[bytes], None]) -> list[Mark]:
        """Speaks `text` with `speed` times the usual pace; hands the sound, 16 bits mono at `rate`, to `out`.
        Raises `UnknownVoice` and `SpeechFailed`."""
        marks: list[Mark] = []

        def heard(wave: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]) -> int:
            if wave and count:
                out(ctypes.string_at(wave, count * 2))
            number = 0
            while events[number].type != _TERMINATED:
                event = events[number]
                if event.type in (_WORD, _END):
                    marks.append(Mark(event.type == _WORD, event.text_position - 1, event.sample))
                number += 1
            return 0

        callback = _Callback(heard)
        self._library.espeak_SetSynthCallback(callback)
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise UnknownVoice(voice)
        self._library.espeak_SetParameter(_RATE, round(WORDS_A_MINUTE * speed), 0)
        spoken = text.encode() + b"\0"
        if self._library.espeak_Synth(spoken, len(spoken), 0, _POSITION_CHARACTER, 0, _UTF8, None, None):
            raise SpeechFailed("the text cannot be spoken")
        self._library.espeak_Synchronize()
        return marks
