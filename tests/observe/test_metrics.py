"""`/metrics`: both formats, who may read them, and that what happens is what they say."""

from __future__ import annotations

import asyncio
import socket

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import text
from tests.conftest import MakeMember, Until
from tests.live.listening import listening
from tests.observe.scraping import Scraped, names_in, scrape
from tests.videos.making import make, put_in_stage, seen, working

from rushes.serving import Serving
from rushes.settings import Settings
from rushes.studio import Studio, open_studio
from rushes.watching import queue_depth

TOKEN = "a-long-enough-token"


# The two formats.


async def test_prometheus_reads_text_and_openmetrics(client: httpx2.AsyncClient) -> None:
    plain = await client.get("/metrics")
    assert plain.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "# TYPE rushes_sockets gauge" in plain.text
    accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.3"
    openmetrics = await client.get("/metrics", headers={"Accept": accept})
    assert openmetrics.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert openmetrics.text.endswith("# EOF\n")
    assert openmetrics.headers["cache-control"] == "no-store"


async def test_process_platform_and_build_are_there(client: httpx2.AsyncClient, studio: Studio) -> None:
    found = await scrape(client)
    assert found.value("process_resident_memory_bytes") > 1_000_000
    assert found.all("python_info")
    (build,) = found.all("rushes_build_info")
    assert build.labels["database"] == ("sqlite" if studio.database.is_sqlite else "postgresql")
    assert build.labels["storage"] == "local"


async def test_each_studio_has_its_own(studio: Studio, settings: Settings) -> None:
    other = settings.model_copy(
        update={"data_dir": settings.data_dir.parent / "b", "videos_dir": settings.data_dir.parent / "v"}
    )
    async with open_studio(other) as second:
        studio.metrics.uploads.inc()
        assert second.metrics.registry.get_sample_value("rushes_uploads_total") == 0
        assert names_in(second) == names_in(studio)


# Who may read them.


def set_to(studio: Studio, **values: object) -> None:
    for name, value in values.items():
        setattr(studio.settings, name, value)


@pytest.mark.parametrize(
    "sign",
    [
        {"X-Forwarded-For": "203.0.113.7"},
        {"Via": "1.1 proxy"},
        {"CF-Connecting-IP": "203.0.113.7"},
        {"Host": "studio.example"},
    ],
)
async def test_by_default_this_machine_reads_them_and_no_proxy(
    client: httpx2.AsyncClient, sign: dict[str, str]
) -> None:
    assert (await client.get("/metrics")).status_code == 200
    refused = await client.get("/metrics", headers=sign)
    assert (refused.status_code, refused.json()["code"]) == (403, "metrics_are_local")
    assert "rushes_" not in refused.text


async def test_a_proxy_that_is_silent_as_nginx_comes_out_of_the_box_is_one(server: Serving) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(connection, f"GET /metrics HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode())
        answer = await loop.sock_recv(connection, 1000)
    assert answer.split()[1] == b"403"


async def test_with_an_address_for_people_a_token_is_needed(
    client: httpx2.AsyncClient, studio: Studio
) -> None:
    set_to(studio, public_url="https://rushes.example")
    refused = await client.get("/metrics")
    assert (refused.status_code, refused.json()["code"]) == (403, "metrics_need_token")
    # Proxies that are known say whom they forward.
    set_to(studio, trusted_proxies=["127.0.0.1"])
    assert (await client.get("/metrics")).status_code == 200
    set_to(studio, trusted_proxies=[], public_url="http://localhost:3000")
    assert (await client.get("/metrics")).status_code == 200


async def test_a_token_reads_them_from_anywhere(client: httpx2.AsyncClient, studio: Studio) -> None:
    set_to(studio, metrics_token=SecretStr(TOKEN))
    elsewhere = {"X-Forwarded-For": "203.0.113.7"}
    for offered, status in (
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (f"Bearer {TOKEN}x", 403),
        ("Bearer", 403),
        (f"Basic {TOKEN}", 403),
    ):
        got = await client.get("/metrics", headers={**elsewhere, "Authorization": offered})
        assert got.status_code == status, offered
    assert TOKEN not in (await client.get("/metrics")).text


async def test_administrators_read_them_and_members_do_not(member: MakeMember) -> None:
    elsewhere = {"X-Forwarded-For": "203.0.113.7"}
    boss, ada = await member("boss", role="admin"), await member("ada")
    assert (await boss.get("/metrics", headers=elsewhere)).status_code == 200
    assert (await ada.get("/metrics", headers=elsewhere)).status_code == 403


async def test_open_is_for_everybody_and_off_for_nobody(
    client: httpx2.AsyncClient, signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    set_to(studio, metrics="open", public_url="https://rushes.example")
    assert (await client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"})).status_code == 200
    set_to(studio, metrics="off", metrics_token=SecretStr(TOKEN))
    for one in (client, signed_in):
        got = await one.get("/metrics")
        assert (got.status_code, got.json()["code"]) == (404, "not_found")
    assert (await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})).status_code == 404


# What they say.


async def test_requests_are_measured_by_route_and_never_by_path(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    for name in ("video_1", "video_2", "video_3"):
        assert (await signed_in.get(f"/api/videos/{name}")).status_code == 404
    await signed_in.get("/no/such/page")
    await signed_in.request("PROPFIND", "/api/videos/video_4")
    found = await scrape(signed_in)
    route = {"route": "/api/videos/{video_id}"}
    count = "rushes_http_request_seconds_count"
    assert found.value(count, **route, method="GET", status="404") == 3
    assert found.value(count, **route, method="other", status="405") == 1
    assert found.value(count, route="(web app)", status="404") == 1
    assert "video_1" not in {value for sample in found.samples for value in sample.labels.values()}


async def test_a_drawing_is_followed_from_the_queue_to_the_storage(
    signed_in: httpx2.AsyncClient, studio: Studio, until: Until
) -> None:
    video = await make(signed_in)
    waiting = await scrape(signed_in, studio)
    assert waiting.value("rushes_queue_videos", provider="animatic", stage="waiting") == 1
    async with working(studio):

        async def is_done() -> bool:
            return (await seen(signed_in, video["id"]))["stage"] == "completed"

        await until(is_done, "the drawing", seconds=60)
        found = await scrape(signed_in, studio)
    assert found.value("rushes_queue_videos") == 0
    for stage in ("waiting", "generating", "finishing", "completed"):
        assert found.value("rushes_video_moves_total", provider="animatic", stage=stage) == 1, stage
    assert found.value("rushes_render_seconds_count", provider="animatic") == 1
    assert found.value("rushes_render_speed_ratio_sum", provider="animatic") > 0
    assert found.value("rushes_provider_request_seconds_count", operation="render", outcome="ok") == 1
    for task in ("render", "finish"):
        assert found.value("rushes_task_seconds_count", task=task, outcome="done") == 1
    assert found.value("rushes_tasks_running", task="poll") == 1
    # The film, its thumbnail and its sprite sheet.
    assert found.value("rushes_storage_request_seconds_count", operation="put", outcome="ok") == 3
    assert found.value("rushes_storage_bytes_total", direction="written") > 1000
    for kind in ("reading", "writing"):
        assert found.value("rushes_database_wait_seconds_count", kind=kind) > 0
        assert found.value("rushes_database_transaction_seconds_sum", kind=kind) > 0
    assert found.value("rushes_event_lag_seconds_count") >= 4
    assert found.value("rushes_workers", lane="render") == 1
    assert found.value("rushes_provider_shifts_total", provider="animatic") >= 1
    assert found.value("rushes_event_loop_lag_seconds_count") > 0
    for folder in ("data", "videos"):
        assert found.value("rushes_disk_free_bytes", folder=folder) > 0
        assert found.value("rushes_disk_used_bytes", folder=folder) > 0
    assert {sample.value for sample in found.all("rushes_part_up")} == {1}


async def test_sockets_are_counted_and_why_they_ended(
    signed_in: httpx2.AsyncClient, server: Serving, studio: Studio, until: Until
) -> None:
    token = signed_in.headers["authorization"].removeprefix("Bearer ")
    async with listening(server.url, auth={"token": token}):
        assert (await scrape(signed_in)).value("rushes_sockets") == 1

    async def left() -> bool:
        return (await scrape(signed_in)).value("rushes_sockets_closed_total", reason="left") == 1

    await until(left, "the socket to be gone")
    async with listening(server.url, auth={"token": token}) as listener:
        await signed_in.post("/api/auth/logout")
        await listener.closed.wait()
    found = await scrape(signed_in_nobody(signed_in))
    assert found.value("rushes_sockets") == 0
    assert found.value("rushes_sockets_closed_total", reason="session_ended") == 1
    assert found.value("rushes_sockets_closed_total") == 2


def signed_in_nobody(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    client.headers.pop("authorization")
    return client


async def test_uploads_are_counted(signed_in: httpx2.AsyncClient) -> None:
    from tests.videos.test_creating import picture

    file = ("a.png", picture(), "image/png")
    made = await signed_in.post("/api/videos", data={"prompt": "x"}, files={"input_reference": file})
    assert made.status_code == 201, made.text
    found = await scrape(signed_in)
    assert found.value("rushes_uploads_total") == 1
    assert found.value("rushes_upload_bytes_total") > 0


async def test_a_part_that_is_away_leaves_the_rest(client: httpx2.AsyncClient, studio: Studio) -> None:
    assert (await scrape(client, studio)).value("rushes_part_up", part="database") == 1
    studio.settings.videos_dir.rename(studio.settings.videos_dir.with_name("moved"))
    found = await scrape(client, studio)
    assert found.all("rushes_disk_free_bytes", folder="data")
    assert not found.all("rushes_disk_free_bytes", folder="videos")


# What asking costs.


async def test_a_million_videos_are_not_read_for_a_scrape(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    """The plan reads the index of what is unfinished and nothing else; what is finished is not in it."""
    video = await make(signed_in)
    await make(signed_in)
    await put_in_stage(studio, video["id"], "completed")
    async with studio.reading() as session:
        dialect = session.dialect
        query = str(queue_depth().compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        if studio.database.is_sqlite:
            rows = (await session.execute(text(f"EXPLAIN QUERY PLAN {query}"))).all()
            plan = "\n".join(row[-1] for row in rows)
            assert "COVERING INDEX ix_videos_provider_stage" in plan, plan
            assert "TEMP B-TREE" not in plan
        else:
            # With two rows any plan is as good; this one must be possible at all.
            await session.execute(text("SET LOCAL enable_seqscan = off"))
            rows = (await session.execute(text(f"EXPLAIN {query}"))).all()
            plan = "\n".join(row[0] for row in rows)
            assert "ix_videos_provider_stage" in plan, plan
            assert "Seq Scan" not in plan
    assert (await scrape(signed_in, studio)).value("rushes_queue_videos") == 1


async def test_many_scrapers_ask_the_database_once(client: httpx2.AsyncClient, studio: Studio) -> None:
    async def asked() -> float:
        found: Scraped = await scrape(client)
        return found.value("rushes_queue_videos")

    await asked()
    looked_at = studio.watch._looked_at
    for _ in range(3):
        await asked()
    assert studio.watch._looked_at == looked_at
