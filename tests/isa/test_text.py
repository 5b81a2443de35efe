from pathlib import Path

import pytest

from isa.errors import DlpsimError
from isa.text import decode, read_source, split_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ()),
        ("\n", ("",)),
        ("a", ("a",)),
        ("a\nb\n", ("a", "b")),
        ("a\r\nb\rc\n\rd", ("a", "b", "c", "", "d")),
        ("\ufeffa\n", ("a",)),
        ("a\ufeff\tb\x0b\x0c\u2028\x85c", ("a\ufeff\tb\x0b\x0c\u2028\x85c",)),
    ],
)
def test_lines(text: str, lines: tuple[str, ...]) -> None:
    assert split_lines(text) == lines


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfes\0y\0n\0c\0", "f: is UTF-16 text; save it as UTF-8"),
        (b"\xfe\xff\0s", "f: is UTF-16 text; save it as UTF-8"),
        (b"sync\n\0", "f: is a binary file (zero byte at offset 5), expected UTF-8 text"),
        (b"sync\r\n; \xc3\xa9 \xe9\n", "f:2: is not UTF-8 text: byte 0xE9 at offset 11 cannot be decoded"),
        (b"\xc3", "f:1: is not UTF-8 text: byte 0xC3 at offset 0 cannot be decoded"),
        (b"\n\xc3", "f:2: is not UTF-8 text: byte 0xC3 at offset 1 cannot be decoded"),
    ],
)
def test_bytes_that_are_no_text(data: bytes, message: str) -> None:
    with pytest.raises(DlpsimError) as error:
        decode(data, "f")
    assert error.value.messages == (message,)


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "p.asm"
    path.write_bytes("\ufeffsync ; é\r\n".encode())
    assert split_lines(read_source(path)) == ("sync ; é",)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.asm", "{path}: no such file"),
        (".", "{path}: is a directory, expected a program"),
        ("p.asm/x", "{path}: cannot be read: Not a directory"),
        ("a\0b", "{path}: cannot be read: embedded null byte"),
        ("a" * 300, "{path}: cannot be read: File name too long"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "p.asm").touch()
    path = tmp_path / name
    with pytest.raises(DlpsimError) as error:
        read_source(path)
    assert error.value.messages == (message.format(path=path),)


def test_a_file_without_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("isa.text.MAX_BYTES", 2**20)
    path = tmp_path / "p.asm"
    path.write_bytes(b"\n" * (2**20 + 1))
    with pytest.raises(DlpsimError, match="is larger than 1 MiB"):
        read_source(path)
