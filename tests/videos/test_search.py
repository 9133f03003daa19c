"""Search: the same answers on both databases, whatever is typed, in the order of the library."""

from __future__ import annotations

from random import Random
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from tests.conftest import MakeMember
from tests.videos.making import make

from rushes.studio import Studio
from rushes.tables import video_words, videos
from rushes.videos import queries, search
from rushes.words import document, terms, tokens

_LIBRARY = {
    "harbour": ("A harbour at dawn, slow close-up of fishing boats", "Hafen №5", ["night", "client a"]),
    "foxes": ("Zwei Füchse im Schnee; Ærøskøbing", None, ["winter", "b-roll"]),
    "tram": ("灯台と路面電車、東京の夜 🎬", "東京", []),
    "greek": ("Ένα ΚΑΡΆΒΙ στη θάλασσα", None, ["Ελλάδα"]),
    "code": ("it's 100% C++ & <b>bold</b> _under_score \\ back", 'say "hi"', []),
}


@pytest.fixture
async def library(signed_in: httpx2.AsyncClient) -> dict[str, str]:
    """The names by id."""
    names = {}
    for name, (prompt, title, tags) in _LIBRARY.items():
        names[(await make(signed_in, prompt, title=title, tags=tags))["id"]] = name
    return names


async def _found(client: httpx2.AsyncClient, names: dict[str, str], typed: str, **more: Any) -> list[str]:
    answer = await client.get("/api/videos", params={"q": typed, **more})
    assert answer.status_code == 200, answer.text
    return [names[video["id"]] for video in answer.json()["videos"]]


async def test_what_is_found(
    signed_in: httpx2.AsyncClient, library: dict[str, str], subtests: pytest.Subtests
) -> None:
    everything = [*reversed(_LIBRARY)]
    for typed, expected in {
        "harbour": ["harbour"],
        "HARBOUR dawn": ["harbour"],
        "dawn harbour": ["harbour"],
        "harb": ["harbour"],
        "harb dawn": [],  # only the last word may go on
        "dawn harb": ["harbour"],
        '"harb"': [],
        '"a harb': ["harbour"],  # a phrase that is still being typed
        '"at dawn"': ["harbour"],
        '"dawn at"': [],
        '"fishing boats Hafen"': [],  # the prompt ends before the title begins
        "close-up": ["harbour"],
        "close up": ["harbour"],
        "up-close": [],
        "fuchse": ["foxes"],
        "FÜCHSE": ["foxes"],
        "aeroskobing": ["foxes"],
        "b-roll": ["foxes"],
        "roll": ["foxes"],
        "client": ["harbour"],
        "hafen 5": [],
        "東京": ["tram"],
        "路面": ["tram"],
        "面路": [],
        "京 夜": ["tram"],
        "🎬": ["tram"],
        "καραβι": ["greek"],
        "ΕΛΛΑΔΑ": ["greek"],
        "100%": ["code"],
        "c++": ["code", "harbour"],  # signs are no words, and the client begins with it
        "under_score": ["code"],
        "under": ["code"],
        "it's": ["code"],
        '"say hi"': ["code"],
        "bold hi": ["code"],
        "nowhere": [],
        "": everything,
        "   ": everything,
        '"': everything,
        "%": everything,
        "'; DROP TABLE videos; --": [],
    }.items():
        with subtests.test(typed):
            assert await _found(signed_in, library, typed) == expected


_TYPED = (
    *(
        "harbour",
        "harb",
        "HARBOUR",
        "dawn",
        "at",
        "a",
        "close-up",
        "fuchse",
        "Füch",
        "灯",
        "灯台",
        "台灯",
        "東京の夜",
    ),
    *(
        "🎬",
        "καραβι",
        "Ελλ",
        "100%",
        "c++",
        "_under",
        "back",
        "№5",
        "hafen",
        "client a",
        "b-roll",
        "hi",
        "nowhere",
    ),
    *(
        '"',
        "“",
        "'",
        "*",
        "NEAR(",
        ")",
        "AND",
        "OR",
        "NOT",
        "-",
        "^",
        ":",
        "prompt:",
        "&",
        "!",
        "|",
        "\\",
        "{x}",
    ),
    *("%", "_", "\u0301", "\ud7ff", "\ue000", "   ", "\n", "ﬁ", "ß", "İ"),
)


async def test_both_databases_find_what_the_words_say(
    signed_in: httpx2.AsyncClient, library: dict[str, str], studio: Studio
) -> None:
    """Whatever is typed, syntax of either database included: the same as reading every text."""
    async with studio.reading() as session:
        rows = await session.execute(select(video_words.c.video_id, video_words.c.words))
        documents = dict(rows.all())
    random = Random(7)
    for _ in range(250):
        some = random.choices(_TYPED, k=random.randint(1, 5))
        typed = random.choice(("", " ")).join(some)
        wanted = terms(typed)
        expected = [
            name
            for video_id, name in reversed(library.items())
            if all(term.text in documents[video_id] for term in wanted)
        ]
        assert await _found(signed_in, library, typed) == expected, typed


async def test_it_goes_with_filters_and_pages(
    signed_in: httpx2.AsyncClient, studio: Studio, subtests: pytest.Subtests
) -> None:
    made = [await make(signed_in, f"a common word {n}", tags=["odd"] if n % 2 else []) for n in range(9)]
    newest = [video["id"] for video in reversed(made)]
    for sort, expected in (("new", newest), ("old", newest[::-1])):
        for limit in (1, 2, 4, 9, 20):
            with subtests.test(sort=sort, limit=limit):
                ids: list[str] = []
                cursor = None
                while True:
                    asked = {"q": "common wor", "limit": limit, "sort": sort}
                    page = (
                        await signed_in.get(
                            "/api/videos", params={**asked, **({"cursor": cursor} if cursor else {})}
                        )
                    ).json()
                    ids += [video["id"] for video in page["videos"]]
                    if (cursor := page["next_cursor"]) is None:
                        break
                assert ids == expected
    names = {video_id: video_id for video_id in newest}
    assert await _found(signed_in, names, "common", tag="odd") == newest[1::2]
    assert await _found(signed_in, names, "common", status="completed") == []


async def test_it_goes_with_times(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    names = {}
    for name, made in (("first", 1_000.25), ("second", 2_000.5), ("third", 3_000.0)):
        video = await make(signed_in, f"A kite, {name}")
        names[video["id"]] = name
        async with studio.transaction() as work:
            await work.session.execute(
                update(videos).where(videos.c.id == video["id"]).values(created_at=made)
            )
            here = update(video_words).where(video_words.c.video_id == video["id"])
            if work.session.dialect.name == "sqlite":
                await work.session.execute(here.values(id=search.place(made)))
    for more, expected in (
        ({"after": 2_000.5}, ["third", "second"]),
        ({"before": 2_000.5}, ["first"]),
        ({"after": 1_000.25, "before": 3_000}, ["second", "first"]),
        ({"after": 1_000.25, "before": 3_000, "sort": "old"}, ["first", "second"]),
        ({"after": -1e300, "before": 1e300}, ["third", "second", "first"]),
        ({"after": 1e300}, []),
    ):
        assert await _found(signed_in, names, "kite", **more) == expected, more


async def test_what_changes_is_found_as_it_is_now(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    video = await make(signed_in, "a quiet lake", title="Before")
    names, url = {video["id"]: "it"}, f"/api/videos/{video['id']}"
    await signed_in.patch(url, json={"title": "After", "tags": ["mist"]})
    assert await _found(signed_in, names, "before") == []
    assert await _found(signed_in, names, "after mist lake") == ["it"]
    await signed_in.delete(url)
    assert await _found(signed_in, names, "after") == []
    assert await _found(signed_in, names, "after", status="trashed") == ["it"]
    await signed_in.post(f"{url}/restore")
    assert await _found(signed_in, names, "after") == ["it"]
    await signed_in.post(f"{url}/cancel")
    await signed_in.delete(url, params={"permanent": True})
    assert await _found(signed_in, names, "after") == []
    async with studio.reading() as session:
        assert (await session.execute(select(video_words))).all() == []


async def test_tags_and_models_are_found_to_the_letter(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    tags = {"hero shot": "one", "Hero shot": "two", "hero": "three", "!!!": "four"}
    names = {(await make(signed_in, name, tags=[tag]))["id"]: name for tag, name in tags.items()}
    for tag, name in tags.items():
        assert await _found(signed_in, names, "", tag=tag) == [name]
    assert await _found(signed_in, names, "thr", tag="hero", model="animatic/animatic") == ["three"]
    one, *_others = names
    async with studio.transaction() as work:
        await queries.change(work, one, provider="gpu", provider_model="wan-2.2")
    assert await _found(signed_in, names, "", model="gpu/wan-2.2") == ["one"]
    assert await _found(signed_in, names, "", model="wan-2.2") == ["one"]
    assert await _found(signed_in, names, "", model="gpu/wan") == []


async def test_nobody_finds_what_is_not_theirs(signed_in: httpx2.AsyncClient, member: MakeMember) -> None:
    await make(signed_in, "a secret lighthouse")
    assert await _found(await member("mallory"), {}, "lighthouse") == []


async def test_the_words_never_disagree_with_the_rows(
    signed_in: httpx2.AsyncClient, library: dict[str, str], studio: Studio
) -> None:
    for video_id in list(library)[:3]:
        await signed_in.post("/api/videos/bulk", json={"ids": [video_id], "action": "tag", "tags": ["new"]})
    async with studio.reading() as session:
        rows = (await session.execute(select(videos))).all()
        words = dict((await session.execute(select(video_words.c.video_id, video_words.c.words))).all())
        assert words == {row.id: search.words_of(row) for row in rows}
        if studio.database.is_sqlite:
            # FTS5 compares its index with the table that it stands for, and raises where they differ.
            check = "INSERT INTO video_search (video_search, rank) VALUES ('integrity-check', 1)"
    if studio.database.is_sqlite:
        async with studio.transaction() as work:
            await work.session.execute(text(check))


async def test_a_common_word_is_read_in_order_and_not_sorted(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    if not studio.database.is_sqlite:
        pytest.skip(
            "PostgreSQL's planner chooses by what it has counted, which in an empty database is nothing"
        )

    async with studio.reading() as session:
        query = search.matching(
            select(videos), session, "common wor", space_id="s", newest_first=True, after=(5.0, "video_x")
        )
        compiled = query.limit(51).compile(studio.database._reader.sync_engine)
        plan = (
            await session.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", tuple(compiled.params.values()))
        ).all()
    told = [row[-1] for row in plan]
    assert told[0].startswith("SCAN video_search VIRTUAL TABLE INDEX")
    assert not any("B-TREE" in line for line in told), told


@settings(max_examples=500)
@given(st.text(max_size=60))
def test_whatever_is_typed_becomes_words_that_can_be_asked_for(typed: str) -> None:
    for term in terms(typed):
        assert term.words
        assert all(word and not set(word) & set(" \"'*\\:&|!()") for word in term.words)
    said = tokens(typed)
    assert tokens(" ".join(said)) == said
    assert document("space", [typed]).count("  ") == (1 if said else 0)


@settings(max_examples=300)
@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=30))
def test_a_text_is_found_by_itself(said: str) -> None:
    line = document("space", [said])
    for term in terms(said):
        assert term.text in line
