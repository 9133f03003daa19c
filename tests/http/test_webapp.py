"""The web app's files, as browsers and crawlers of all kinds ask for them."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx2
import pytest
from tests.http.conftest import Served

from rushes.http.webapp import WebApp

HTML = {"Accept": "text/html,application/xhtml+xml"}
SCRIPT = "export const answer = 42;\n" * 200


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Rushes</title>")
    (folder / "docs.html").write_text("<!doctype html><title>Reference</title>")
    (folder / "assets" / "app-1a2b.js").write_text(SCRIPT)
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / ".secret").write_text("hidden")
    (tmp_path / "outside.txt").write_text("outside")
    return folder


@pytest.fixture
async def browser(served: Served, built: Path) -> httpx2.AsyncClient:
    return await served(webapp=WebApp(built))


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/login", "/videos/abc", "/settings/profile", "/apiary"]
)
async def test_every_address_of_the_app_is_the_one_page(browser: httpx2.AsyncClient, path: str) -> None:
    got = await browser.get(path, headers=HTML)
    assert got.status_code == 200
    assert "<title>Rushes</title>" in got.text
    assert got.headers["cache-control"] == "no-cache"
    policy = got.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy


async def test_the_reference_has_its_own_page(browser: httpx2.AsyncClient) -> None:
    assert "Reference" in (await browser.get("/docs", headers=HTML)).text


async def test_assets_are_kept_for_ever_and_squeezed(browser: httpx2.AsyncClient) -> None:
    plain = await browser.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert plain.text == SCRIPT
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in plain.headers["cache-control"]
    async with browser.stream(
        "GET", "/assets/app-1a2b.js", headers={"Accept-Encoding": "br, gzip"}
    ) as squeezed:
        raw = b"".join([chunk async for chunk in squeezed.aiter_raw()])
    assert squeezed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw).decode() == SCRIPT
    assert squeezed.headers["etag"] != plain.headers["etag"]
    again = await browser.get("/assets/app-1a2b.js", headers={"If-None-Match": squeezed.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/assets/nope.js",
        "/assets/../outside.txt",
        "/%2e%2e/outside.txt",
        "/..%2foutside.txt",
        "/.secret",
        "/assets",
        "/api/nope",
        "/v1/nope",
        "/mcp",
        "/socket.iox/../api",
    ],
)
async def test_what_is_not_there_is_a_json_404(browser: httpx2.AsyncClient, path: str) -> None:
    got = await browser.get(path, headers={"Accept": "application/json"})
    assert (got.status_code, got.json()["code"]) == (404, "not_found")
    assert "outside" not in got.text


async def test_a_script_that_asks_for_data_does_not_get_a_page(browser: httpx2.AsyncClient) -> None:
    assert (await browser.get("/videos/abc", headers={"Accept": "*/*"})).status_code == 404
    assert (await browser.post("/videos/abc", headers=HTML)).status_code == 404


async def test_a_page_that_was_rebuilt_is_served_anew(browser: httpx2.AsyncClient, built: Path) -> None:
    first = await browser.get("/", headers=HTML)
    (built / "index.html").write_text("<!doctype html><title>Newer</title>")
    second = await browser.get("/", headers=HTML | {"If-None-Match": first.headers["etag"]})
    assert (second.status_code, "Newer" in second.text) == (200, True)


async def test_a_missing_build_is_explained(served: Served, tmp_path: Path) -> None:
    browser = await served(webapp=WebApp(tmp_path))
    got = await browser.get("/", headers=HTML)
    assert got.status_code == 503
    assert "make setup" in got.text


async def test_every_answer_is_protected(browser: httpx2.AsyncClient) -> None:
    for path in ("/", "/favicon.svg", "/api/nope", "/openapi.json"):
        headers = (await browser.get(path, headers=HTML)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "content-security-policy" in headers
        assert headers["x-request-id"]
