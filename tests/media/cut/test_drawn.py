"""What is drawn over the pictures or goes with them: captions, a label, and what the film says of itself."""

import re
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.media.cut.films import RED, Room, is_near, pictures

from rushes.media.cut import AI_GENERATED, DIGITAL_SOURCE_TYPE, CutFailed, CutScene
from rushes.media.cut.xmp import UUID
from rushes.media.faststart import boxes

ASS = """[Script Info]
ScriptType: v4.00+
PlayResX: 320
PlayResY: 180

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment, MarginL, MarginR, MarginV
Style: Default,DejaVu Sans,24,&H00FFFFFF,2,10,10,12

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.50,0:00:01.50,Default,Across the cut
"""

SRT = "1\n00:00:00,200 --> 00:00:00,900\nFirst, it’s\n\n2\n00:00:01,000 --> 00:00:01,800\nSecond\n"


def written(room: Room, name: str, text: str) -> Path:
    path = room.folder / "clips" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def changed(frame: NDArray[np.int_], colour: tuple[int, int, int] = RED) -> tuple[NDArray[np.int_], ...]:
    """Where a frame is not of the colour."""
    return (np.abs(frame - np.array(colour)).max(axis=2) > 40).nonzero()


@pytest.mark.parametrize("transition", ["none", "dissolve"])
async def test_captions_are_burned_into_their_place_at_their_time(room: Room, transition: str) -> None:
    captions = written(room, "it's: [a], caption; file.ass", ASS)
    scenes = [CutScene(room.colour("red"), 1.0)] * 2
    made = await room.cut(*scenes, burn=captions, transition=transition)
    assert not made.copied
    frames = pictures(room.film)
    for n in (0, 11, 37, 47):
        assert len(changed(frames[n])[0]) == 0
    for n in (13, 23, 24, 35):
        rows, columns = changed(frames[n])
        assert len(rows) > 200
        assert rows.min() > 120
        assert rows.max() < 175
        assert columns.min() > 10
        assert columns.max() < 310


async def test_fonts_can_be_ones_own(room: Room) -> None:
    fonts = room.folder / "clips" / "fonts, my"
    fonts.mkdir(parents=True)
    await room.cut(CutScene(room.colour("red"), 1.0), burn=written(room, "a.ass", ASS), fonts=fonts)
    assert len(changed(pictures(room.film)[20])[0]) > 200


async def test_soft_captions_are_a_track(room: Room) -> None:
    scenes = [CutScene(room.colour("red"), 1.0)] * 2
    made = await room.cut(*scenes, soft=written(room, "a.srt", SRT), soft_language="pt-BR")
    assert made.copied
    with av.open(str(room.film)) as container:
        track = container.streams.subtitles[0]
        assert track.codec_context.name == "mov_text"
        assert track.language == "por"
        lines = [
            (float(packet.pts * packet.time_base), bytes(packet)[2:].decode())
            for packet in container.demux(track)
            if packet.size > 2
        ]
    assert [text for _, text in lines] == ["First, it’s", "Second"]
    assert [start for start, _ in lines] == [pytest.approx(0.2), pytest.approx(1.0)]


@pytest.mark.parametrize(
    ("kind", "name", "broken"),
    [
        ("burn", "captions.ass", b""),
        ("burn", "captions.ass", b"text"),
        ("soft", "captions.srt", b"\xff\xfe\xfd"),
    ],
)
async def test_captions_that_cannot_be(room: Room, kind: str, name: str, broken: bytes) -> None:
    scene = CutScene(room.colour("red"), 1.0)
    with pytest.raises(CutFailed) as caught:
        await room.cut(scene, **{kind: room.folder / name})
    assert caught.value.code == "missing_captions"
    path = written(room, name, "")
    path.write_bytes(broken)
    with pytest.raises(CutFailed) as caught:
        await room.cut(scene, **{kind: path})
    assert caught.value.code == "unreadable_captions"


async def test_no_captions_are_captions_too(room: Room) -> None:
    """Of a film in which nobody speaks."""
    await room.cut(CutScene(room.colour("red"), 1.0), soft=written(room, "a.srt", ""))
    assert len(pictures(room.film)) == 24


@pytest.mark.parametrize(
    "label", ["AI-generated", "100% it's: {a} [b], \\n %{pts} ; 'x'", "KI-erzeugt – ÄÖÜ", "long " * 16]
)
async def test_a_label_is_discreet(room: Room, label: str) -> None:
    await room.cut(CutScene(room.colour("red"), 0.3), label=label)
    rows, columns = changed(pictures(room.film)[4])
    assert len(rows) > 30
    assert rows.min() >= 4
    assert rows.max() < 36
    assert columns.min() >= 8
    assert columns.max() <= 312
    assert is_near(tuple(pictures(room.film)[4][90, 160]), RED)


async def test_a_film_says_what_it_is(room: Room) -> None:
    told = {DIGITAL_SOURCE_TYPE: AI_GENERATED, "CreatorTool": "Rushes <1> & 'more'", "note": "a=b; é"}
    await room.cut(CutScene(room.colour("red"), 0.5), title="Köln <& Bonn>", metadata=told)
    with av.open(str(room.film)) as container:
        found = dict(container.metadata)
        assert found["title"] == "Köln <& Bonn>"
        assert {key: found[key] for key in told} == told
    with av.open(str(room.film), options={"export_xmp": "1"}) as container:
        packet = container.metadata["xmp"]
    assert f"<Iptc4xmpExt:DigitalSourceType>{AI_GENERATED}</Iptc4xmpExt:DigitalSourceType>" in packet
    assert "Rushes &lt;1&gt; &amp; 'more'" in packet
    last = list(boxes(room.film))[-1]
    data = room.film.read_bytes()
    assert (last.name, last.start + last.size) == ("uuid", len(data))
    assert data[last.start + 8 :][:16] == UUID
    assert re.search(rb"<dc:title><rdf:Alt><rdf:li [^>]*>K\xc3\xb6ln &lt;&amp; Bonn&gt;<", data[last.start :])


async def test_a_film_that_says_nothing_has_no_packet(room: Room) -> None:
    await room.cut(CutScene(room.colour("red"), 0.5))
    assert [box.name for box in boxes(room.film)] == ["ftyp", "moov", "free", "mdat"]
