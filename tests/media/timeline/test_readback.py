"""What is exported is read back by OpenTimelineIO and must be the same film, in each format."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import opentimelineio as api
import pytest
from tests.media.timeline.conftest import film, media, unpacked

from rushes.media.timeline import (
    Clip,
    Music,
    Timeline,
    Transition,
    below,
    edit_zip,
    fcp7xml,
    otio,
    otioz,
    webvtt,
)

RATES = [Fraction(24), Fraction(25), Fraction(30), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60)]
Write = Callable[..., str]
FORMATS = [(otio, "otio_json"), (fcp7xml, "fcp_xml")]


def read(timeline: Timeline, write: Write, adapter: str, **more: Any) -> Any:
    return api.adapters.read_from_string(write(timeline, **more), adapter)


def pictures(read_back: Any) -> Any:
    [track] = read_back.video_tracks()
    return track


def items(track: Any, kind: type) -> list[Any]:
    return [item for item in track if isinstance(item, kind)]


def frames(timeline: Timeline, value: Any) -> float:
    assert value.rate == pytest.approx(float(timeline.fps), abs=1e-6)
    return float(value.value)


@pytest.mark.parametrize("fps", RATES, ids=str)
@pytest.mark.parametrize(("write", "adapter"), FORMATS)
def test_the_film_is_as_long_as_it_is(fps: Fraction, write: Write, adapter: str) -> None:
    timeline = film(fps)
    assert timeline.duration == pytest.approx(3 + 3.5 + 5.4 + 6 - 0.5 - 1.0)
    track = pictures(read(timeline, write, adapter))
    assert abs(track.duration().value / float(fps) - timeline.duration) <= 0.5 / float(fps)
    assert frames(timeline, track.duration()) == round(timeline.duration * fps)


@pytest.mark.parametrize("fps", RATES, ids=str)
@pytest.mark.parametrize(("write", "adapter"), FORMATS)
def test_each_cut_is_where_it_is_and_shows_what_it_shows(fps: Fraction, write: Write, adapter: str) -> None:
    timeline = film(fps)
    track = pictures(read(timeline, write, adapter))
    clips = items(track, api.schema.Clip)
    assert [clip.name for clip in clips] == [
        'Quotes "and" <tags> & more',
        "Möwen über Köln",
        "Möwen über Köln",  # its last frame
        "灯台 🗼",
        "Ende",
    ]
    half = 0.5 / float(fps) + 1e-6
    # Cuts lie in the middle of transitions: at 2.5 to 3.0 s and at 10.4 to 11.4 s.
    starts = [0.0, 2.75, 4.5, 6.0, 10.9]
    ranges = [track.range_of_child(clip) for clip in clips]
    for found, wanted in zip(ranges, starts, strict=True):
        assert abs(found.start_time.value / float(fps) - wanted) <= 2 * half
    for one, other in pairwise(ranges):
        assert one.end_time_exclusive() == other.start_time
    # Within their files, the second one has run through half of the transition.
    sources = [clip.source_range.start_time.value / float(fps) for clip in clips]
    assert sources[0] == 0
    assert abs(sources[1] - 0.25) <= 2 * half
    assert abs(sources[2] - (2.0 - 1 / float(fps))) <= 2 * half
    assert abs(sources[4] - 0.5) <= 2 * half
    for clip in clips:
        available = clip.available_range()
        assert available.start_time.value == 0
        assert clip.source_range.start_time.value < available.duration.rescaled_to(float(fps)).value
        assert clip.source_range.duration.value > 0


@pytest.mark.parametrize("fps", RATES, ids=str)
@pytest.mark.parametrize(("write", "adapter"), FORMATS)
def test_transitions_lie_over_their_cuts(fps: Fraction, write: Write, adapter: str) -> None:
    timeline = film(fps)
    joins = items(pictures(read(timeline, write, adapter)), api.schema.Transition)
    lengths = [frames(timeline, join.in_offset + join.out_offset) for join in joins]
    assert [abs(length - seconds * fps) <= 1 for length, seconds in zip(lengths, (0.5, 1.0), strict=True)]
    assert all(abs(join.in_offset.value - join.out_offset.value) <= 1 for join in joins)
    if adapter == "otio_json":
        assert [join.transition_type for join in joins] == ["SMPTE_Dissolve", "Custom_Transition"]
        assert joins[1].metadata["rushes"]["kind"] == "fade"
    else:
        assert [join.name for join in joins] == ["Cross Dissolve", "Dip to Color Dissolve"]


def test_a_held_and_a_slowed_scene_say_so_in_otio() -> None:
    _, played, held, slowed, _ = items(pictures(read(film(), otio, "otio_json")), api.schema.Clip)
    assert not played.effects
    [freeze] = held.effects
    assert isinstance(freeze, api.schema.FreezeFrame)
    assert (held.source_range.start_time.value, held.source_range.duration.value) == (47, 36)
    [warp] = slowed.effects
    assert isinstance(warp, api.schema.LinearTimeWarp)
    assert warp.time_scalar == pytest.approx(1 / 1.08)
    assert slowed.source_range.start_time.value == 24  # it begins at 1 s of its file


def test_a_held_and_a_slowed_scene_say_so_in_xml() -> None:
    root = ElementTree.fromstring(fcp7xml(film()))
    _, played, held, slowed, _ = root.findall(".//video/track/clipitem")
    assert played.find("filter") is None and played.find("stillframe") is None
    assert (held.findtext("stillframe"), held.findtext("stillframeoffset")) == ("TRUE", "47")
    assert held.findtext(".//parameter[parameterid='speed']/value") == "0"
    assert {key.findtext("value") for key in held.iterfind(".//keyframe")} == {"47"}
    assert slowed.findtext(".//parameter[parameterid='speed']/value") == "92.5926"
    # Frames after the change of speed: 1 s of the file is 1.08 s of the slowed one.
    assert slowed.findtext("in") == str(round(24 * 1.08))
    for item in root.iterfind(".//clipitem"):
        start, end = int(item.findtext("start", "")), int(item.findtext("end", ""))
        if -1 not in (start, end):
            assert int(item.findtext("out", "")) - int(item.findtext("in", "")) == end - start


@pytest.mark.parametrize(
    ("fps", "timebase", "ntsc"),
    [
        (Fraction(24), "24", "FALSE"),
        (Fraction(25), "25", "FALSE"),
        (Fraction(30), "30", "FALSE"),
        (Fraction(24000, 1001), "24", "TRUE"),
        (Fraction(2997, 125), "24", "TRUE"),  # 23.976
        (Fraction(30000, 1001), "30", "TRUE"),
        (Fraction(60000, 1001), "60", "TRUE"),
    ],
)
def test_rates_are_written_as_timebases(fps: Fraction, timebase: str, ntsc: str) -> None:
    rate = ElementTree.fromstring(fcp7xml(film(fps))).find("project/children/sequence/rate")
    assert rate is not None
    assert (rate.findtext("timebase"), rate.findtext("ntsc")) == (timebase, ntsc)


@pytest.mark.parametrize(("write", "adapter"), FORMATS)
def test_sound_is_heard_where_it_is(write: Write, adapter: str) -> None:
    found = read(film(), write, adapter)
    tracks = found.audio_tracks()
    voices, own, music = tracks
    assert [track.kind for track in tracks] == ["Audio"] * 3
    named = [(clip.name, track.range_of_child(clip)) for track in tracks for clip in track.find_clips()]
    spans = [(name, span.start_time.value, span.duration.value) for name, span in named]
    assert spans[: len(items(voices, api.schema.Clip))] == [
        ("Narration 1", 6, 53),
        ("Narration 3", 156, 96),
    ]
    # The second scene's file has no sound.
    assert [clip.name for clip in own.find_clips()] == ['Quotes "and" <tags> & more', "灯台 🗼", "Ende"]
    # Six seconds of the music, again and again until the film ends.
    assert [(at, length) for _, at, length in spans[-3:]] == [(0, 144), (144, 144), (288, 106)]
    assert [clip.source_range.start_time.value for clip in music.find_clips()] == [24, 24, 24]


def test_stereo_takes_two_tracks_in_xml_and_pictures_are_linked_to_their_sound() -> None:
    root = ElementTree.fromstring(fcp7xml(film()))
    tracks = root.findall(".//media/audio/track")
    assert [track.get("totalExplodedTrackCount") for track in tracks] == [None, "2", "2", "2", "2"]
    right = [item.findtext("sourcetrack/trackindex") for item in tracks[2].iterfind("clipitem")]
    assert right == ["2", "2", "1"]  # the last one is mono
    ids = {item.get("id"): item for item in root.iterfind(".//clipitem")}
    assert len(ids) == len(root.findall(".//clipitem"))
    first = root.find(".//video/track/clipitem")
    assert first is not None
    links = [
        (link.findtext("linkclipref"), link.findtext("mediatype"), link.findtext("trackindex"))
        for link in first.iterfind("link")
    ]
    assert [(kind, track) for _, kind, track in links] == [("video", "1"), ("audio", "2"), ("audio", "3")]
    names = {ids[ref].findtext("name") for ref, _, _ in links}
    assert names == {'Quotes "and" <tags> & more'}
    assert root.find(".//video/format/samplecharacteristics/width") is not None  # or Resolve shows black
    level = root.findall(".//media/audio/track")[-1].findtext(".//parameter[parameterid='level']/value")
    assert level == "0.25000"


def test_markers_say_what_is_spoken_and_asked_for() -> None:
    [marker] = items(pictures(read(film(), otio, "otio_json")), api.schema.Clip)[0].markers
    assert marker.name == "A lamp — “ß” 🎬 <b>&"
    root = ElementTree.fromstring(fcp7xml(film()))
    assert [each.text for each in root.iterfind(".//marker/comment")] == [
        "A lamp — “ß” 🎬 <b>&",
        "The lamp goes out.",
    ]


@pytest.mark.parametrize(
    "title", ['"><script>&', "Ümläute & Ærø", "🎬🎞️", "a\x00b\x0b\ud800c\ufffe", "]]>", ""]
)
@pytest.mark.parametrize(("write", "adapter"), FORMATS)
def test_any_title_comes_through(title: str, write: Write, adapter: str) -> None:
    found = read(film(title=title), write, adapter)
    assert found.name == ("abc" if "\x00" in title else title)


@pytest.mark.parametrize("fps", RATES, ids=str)
@pytest.mark.parametrize(("write", "adapter"), FORMATS)
def test_two_hundred_scenes_add_up_to_the_frame(fps: Fraction, write: Write, adapter: str) -> None:
    timeline = Timeline(
        "Long",
        fps,
        1920,
        1080,
        tuple(
            Clip(
                number,
                f"Scene {number}",
                media(3.4),
                3.37 if number % 3 else 3.9,
                fit="trim" if number % 3 else "hold",
                transition=Transition("dissolve", 0.33) if number % 2 and number < 199 else None,
            )
            for number in range(1, 201)
        ),
    )
    track = pictures(read(timeline, write, adapter))
    assert frames(timeline, track.duration()) == round(timeline.duration * fps)
    clips = items(track, api.schema.Clip)
    assert len({clip.name for clip in clips}) == 200
    assert clips[-1].media_reference.target_url == "media/clips/scene-200.mp4"
    assert clips[0].media_reference.target_url == "media/clips/scene-001.mp4"
    begins = {}
    for clip in clips:
        begins.setdefault(clip.name, track.range_of_child(clip).start_time.value)
    for number, begin in enumerate(timeline.begins, 1):
        half = 0.33 / 2 if (number - 1) % 2 and number - 1 < 199 else 0
        assert abs(begins[f"Scene {number}"] / float(fps) - begin - half) <= 1.01 / float(fps)


async def test_all_media_of_the_edit_zip_are_beside_its_timelines(tmp_path: Path, folder: Path) -> None:
    timeline = film()
    archive = await unpacked(edit_zip(timeline, made_at=1_790_000_000), tmp_path / "edit.zip")
    assert archive.namelist() == [
        "README.txt",
        "timeline.xml",
        "timeline.otio",
        "captions.srt",
        "captions.vtt",
        "media/clips/scene-01.mp4",
        "media/clips/scene-02.mp4",
        "media/clips/scene-03.mp4",
        "media/clips/scene-04.mp4",
        "stems/scene-04.wav",
        "media/narration/scene-01.wav",
        "media/narration/scene-03.wav",
        "media/music/music.mp3",
        "takes/scene-01-take-2.mp4",
    ]
    assert archive.infolist()[0].date_time[:3] == (2026, 9, 21)
    archive.extractall(folder)
    for name in ("timeline.otio", "timeline.xml"):
        found = api.adapters.read_from_file(str(folder / name), "fcp_xml" if name.endswith("xml") else None)
        urls = {clip.media_reference.target_url for clip in found.find_clips()}
        assert len(urls) == 8
        for url in urls:
            assert (folder / unquote(url)).is_file(), url
    assert (folder / "README.txt").read_bytes().startswith(b"The lighthouse\r\n")
    assert "The <i>lamp</i> &amp; all &lt; 3" in (folder / "captions.vtt").read_text()


async def test_an_otioz_is_read_by_otio_itself(tmp_path: Path, folder: Path) -> None:
    await unpacked(otioz(film()), tmp_path / "film.otioz")
    found = api.adapters.read_from_file(str(tmp_path / "film.otioz"), extract_to_directory=str(folder))
    assert pictures(found).duration().value == round(film().duration * 24)
    for clip in found.find_clips():
        assert (folder / clip.media_reference.target_url).is_file()
    assert len({path.name for path in (folder / "media").iterdir()}) == 8
    assert (folder / "version.txt").read_text() == "1.0.0"


@pytest.mark.parametrize(("write", "adapter"), FORMATS)
def test_urls_of_files_are_escaped(write: Write, adapter: str) -> None:
    place = Path("/Vidéos & Co/50% #1?/🎬")
    for clip in read(film(), write, adapter, address=below(place)).find_clips():
        url = urlsplit(clip.media_reference.target_url)
        assert url.scheme == "file" and not url.query and not url.fragment
        assert url.netloc == ("localhost" if adapter == "fcp_xml" else "")
        assert Path(unquote(url.path)).parents[2 if "/media/" in url.path else 1] == place


def test_a_film_without_anything_but_a_hole_is_still_a_film() -> None:
    timeline = Timeline("Empty", Fraction(24), 640, 360, (Clip(1, "To come", None, 4.0),))
    for write, adapter in FORMATS[:1]:
        assert pictures(read(timeline, write, adapter)).duration().value == 96
    assert ElementTree.fromstring(fcp7xml(timeline)).findtext(".//sequence/duration") == "96"


def test_music_shorter_than_a_frame_is_left_out() -> None:
    clips = (Clip(1, "One", media(4), 4.0),)
    timeline = Timeline("Hm", Fraction(24), 640, 360, clips, music=Music(media(0.01, "mp3", channels=2), 4.0))
    for write, adapter in FORMATS:
        found = read(timeline, write, adapter)
        assert [len(list(track.find_clips())) for track in found.audio_tracks()] in ([], [0, 0], [0])


def test_captions_become_webvtt() -> None:
    first = "\ufeff1\r\n00:00:01,000 --> 00:00:02,500 X1:0\r\nA → B --> C\r\n\r\n"
    srt = first + "2\n100:00:00,000 --> 100:00:01,000\n<b>ü</b>"
    assert webvtt(srt) == (
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\nA → B --&gt; C\n\n2\n"
        "100:00:00.000 --> 100:00:01.000\n<b>ü</b>\n"
    )
