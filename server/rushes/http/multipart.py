"""Reads multipart/form-data as it comes in: text into memory, files straight to disk.

A body is never held in memory: whatever its length, one chunk of a file is. Files are written under
unguessable names in the studio's scratch folder, from which `storage.put(path)` is a rename.
"""

from __future__ import annotations

import asyncio
import errno
import uuid
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from rushes.errors import BadRequest, TooLarge, Unavailable
from rushes.http.validation import refused

_TEXT_LIMIT = 1_000_000  # bytes of all text fields together
_PARTS_LIMIT = 200
_CHUNK = 1024 * 1024


@dataclass(slots=True)
class UploadedFile:
    """A file of a multipart body, at `path` until the request ends (unless somebody moves it away).

    `filename` is the last part of what the client called it, never a path; `content_type` is what the client
    claimed. Neither is to be trusted.
    """

    field: str
    filename: str
    content_type: str
    path: Path
    size: int = 0


@dataclass
class Form:
    """A body that was read: text fields in their order, files by field name."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    files: dict[str, UploadedFile] = field(default_factory=dict)


async def read_multipart(
    chunks: AsyncIterator[bytes],
    content_type: str,
    *,
    file_fields: Collection[str],
    file_limit: int,
    folder: Path,
) -> Form:
    """The body as a `Form`. Raises `BadRequest`, `Invalid`, `TooLarge`, or what `chunks` raises; then no file
    is left behind."""
    reader = _Reader(content_type, file_fields, file_limit, folder)
    with ExitStack() as undo:
        undo.callback(lambda: remove(reader.all_files))
        with closing(reader):
            async for chunk in chunks:
                reader.feed(chunk)
                await reader.write_out(at_least=_CHUNK)
            reader.finish()
            await reader.write_out(at_least=0)
        undo.pop_all()
    return reader.form


def remove(files: Iterable[UploadedFile]) -> None:
    """Deletes what is still at its temporary place."""
    for file in files:
        with suppress(OSError):
            file.path.unlink(missing_ok=True)


class _Reader:
    """The parser's callbacks. They must not wait, so file data is kept aside until `write_out`."""

    def __init__(
        self, content_type: str, file_fields: Collection[str], file_limit: int, folder: Path
    ) -> None:
        self.form = Form()
        self.all_files: list[UploadedFile] = []
        self._file_fields = file_fields
        self._file_limit = file_limit
        self._folder = folder
        self._parts = 0
        self._text_size = 0
        self._ended = False
        self._pending: list[tuple[UploadedFile, bytes]] = []
        self._pending_size = 0
        self._handles: dict[Path, BinaryIO] = {}
        self._header_name = b""
        self._header_value = b""
        self._begin()
        options = parse_options_header(content_type)[1]
        boundary = options.get(b"boundary")
        if not boundary:
            raise BadRequest("The multipart Content-Type names no boundary.")
        if options.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8", b"us-ascii"):
            raise BadRequest("The form must be in UTF-8.")
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._on_header_name,
                    "on_header_value": self._on_header_value,
                    "on_header_end": self._on_header_end,
                    "on_headers_finished": self._on_headers_finished,
                    "on_part_data": self._on_data,
                    "on_part_end": self._on_part_end,
                    "on_end": self._on_end,
                },
            )
        except FormParserError as error:
            raise BadRequest(f"The multipart boundary cannot be used: {error}.") from error
        self._received = 0

    def feed(self, chunk: bytes) -> None:
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            place = self._received + max(0, getattr(error, "offset", 0))
            raise BadRequest(f"The multipart body is malformed near byte {place}.") from error
        self._received += len(chunk)

    def finish(self) -> None:
        if not self._ended:
            raise BadRequest(
                f"The multipart body ends before its closing boundary, after {self._received} bytes."
            )

    async def write_out(self, *, at_least: int) -> None:
        if self._pending_size > at_least or (self._pending and at_least == 0):
            pending, self._pending, self._pending_size = self._pending, [], 0
            await asyncio.to_thread(self._write, pending)

    def close(self) -> None:
        for handle in self._handles.values():
            with suppress(OSError):
                handle.close()

    def _write(self, pending: list[tuple[UploadedFile, bytes]]) -> None:
        try:
            for file, data in pending:
                self._handles[file.path].write(data)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise Unavailable("There is no room left to store files.", code="disk_full") from error
            raise

    def _begin(self) -> None:
        self._disposition = b""
        self._type = b""
        self._name = ""
        self._text = bytearray()
        self._file: UploadedFile | None = None
        self._skipped = False

    def _on_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _on_header_end(self) -> None:
        name = self._header_name.lower()
        if name == b"content-disposition":
            self._disposition = self._header_value
        elif name == b"content-type":
            self._type = self._header_value
        self._header_name = self._header_value = b""

    def _on_headers_finished(self) -> None:
        self._parts += 1
        if self._parts > _PARTS_LIMIT:
            raise BadRequest(f"The form has more than {_PARTS_LIMIT} parts.")
        options = parse_options_header(self._disposition)[1]
        if b"name" not in options:
            raise BadRequest(f"Part {self._parts} of the form has no name.")
        self._name = _decoded(options[b"name"], f"the name of part {self._parts}")
        if b"filename" in options:
            self._begin_file(_decoded(options[b"filename"], f"the file name of {self._name}"))

    def _begin_file(self, filename: str) -> None:
        if self._name not in self._file_fields:
            raise refused({self._name[:100]: "does not take a file"})
        if not filename:  # what browsers send for a file input that was left empty
            self._skipped = True
            return
        if self._name in self.form.files:
            raise refused({self._name[:100]: "was given more than once"})
        self._file = UploadedFile(
            field=self._name,
            filename=_last_part(filename),
            content_type=self._type.decode("latin-1").strip().lower(),
            path=self._folder / f"upload-{uuid.uuid4().hex}",
        )
        self._handles[self._file.path] = self._file.path.open("xb", buffering=0)
        self.all_files.append(self._file)
        self.form.files[self._name] = self._file

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._skipped:
            if end > start:
                raise refused({self._name[:100]: "has content but no file name"})
        elif self._file is not None:
            self._file.size += end - start
            if self._file.size > self._file_limit:
                raise TooLarge(f"{self._name} is larger than {in_words(self._file_limit)}.")
            self._pending.append((self._file, data[start:end]))
            self._pending_size += end - start
        else:
            self._text_size += end - start
            if self._text_size > _TEXT_LIMIT:
                raise TooLarge(f"The text fields are larger than {in_words(_TEXT_LIMIT)} together.")
            self._text += data[start:end]

    def _on_part_end(self) -> None:
        if self._file is None and not self._skipped:
            if self._name in self._file_fields and not self._text:
                return
            self.form.fields.append((self._name, _decoded(bytes(self._text), self._name)))

    def _on_end(self) -> None:
        self._ended = True


def _decoded(data: bytes, what: str) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The form is not UTF-8: byte {error.start} of {what[:100]}.") from error
    if "\0" in text:
        raise BadRequest(f"A NUL character stands at position {text.index(chr(0))} of {what[:100]!r}.")
    return text


def _last_part(filename: str) -> str:
    """The name without folders, as POSIX and Windows write them."""
    return PureWindowsPath(PurePosixPath(filename).name).name[:255] or "file"


def in_words(size: int) -> str:
    """`25 MB`, `512 kB` or `40 bytes`."""
    if size >= 1_000_000:
        return f"{size / 1_000_000:.3g} MB"
    return f"{size / 1000:.3g} kB" if size >= 1000 else f"{size} bytes"
