"""The child process that speaks: `python -m rushes.providers.espeak.child INTO < order.json`.

It writes a WAV and prints one line of JSON, `{"rate", "samples", "words": [[text, start, end], …]}`. It
exits 0 when the file is finished, 2 when there is no such voice, 1 with a reason on standard error otherwise.
"""

import json
import sys
import wave
from array import array

from rushes.providers.espeak.library import Espeak, SpeechFailed, UnknownVoice
from rushes.providers.espeak.timing import BLOCK, timed

UNKNOWN_VOICE = 2


def main() -> int:
    """Speaks the order on standard input: `{"text", "voice", "speed", "library", "data"}`."""
    order = json.loads(sys.stdin.buffer.read())
    heard = array("h")
    try:
        espeak = Espeak(library=order["library"], data=order["data"])
        with wave.open(sys.argv[1], "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(espeak.rate)

            def out(piece: bytes) -> None:
                heard.frombytes(piece)
                sound.writeframesraw(piece)

            marks = espeak.say(order["text"], voice=order["voice"], speed=order["speed"], out=out)
    except UnknownVoice:
        return UNKNOWN_VOICE
    except (SpeechFailed, OSError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    blocks = (heard[at : at + BLOCK] for at in range(0, len(heard), BLOCK))
    peaks = [max(max(block), -min(block)) for block in blocks]
    words = timed(order["text"], marks, rate=espeak.rate, samples=len(heard), peaks=peaks)
    sys.stdout.write(json.dumps({"rate": espeak.rate, "samples": len(heard), "words": words}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
