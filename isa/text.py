"""Bytes of a file as text, and text as lines."""

from pathlib import Path

from isa.errors import DlpsimError

MAX_BYTES = 256 * 2**20
"""Longest file that is read, in bytes."""

_BYTE_ORDER_MARK = "\ufeff"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_source(path: str | Path) -> str:
    """Return the text of the program file at `path`.

    Raises DlpsimError if it is missing, a directory, unreadable, too long, binary, or not UTF-8.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise DlpsimError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise DlpsimError(f"{path}: is a directory, expected a program") from None
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL character
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DlpsimError(f"{path}: cannot be read: {reason}") from None
    if len(data) > MAX_BYTES:
        raise DlpsimError(f"{path}: is larger than {MAX_BYTES // 2**20} MiB")
    return decode(data, str(path))


def decode(data: bytes, name: str) -> str:
    """Return `data` as text. Raises DlpsimError if it is UTF-16, binary (holds a zero byte) or not UTF-8."""
    if data.startswith(_UTF16_MARKS):
        raise DlpsimError(f"{name}: is UTF-16 text; save it as UTF-8")
    if (zero := data.find(b"\0")) >= 0:
        raise DlpsimError(f"{name}: is a binary file (zero byte at offset {zero}), expected UTF-8 text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = len(split_lines(data[: error.start].decode("utf-8") + "x"))
        byte = data[error.start]
        raise DlpsimError(
            f"{name}:{line}: is not UTF-8 text: byte 0x{byte:02X} at offset {error.start} cannot be decoded"
        ) from None


def split_lines(text: str) -> tuple[str, ...]:
    """Return the lines of `text` without their ends (LF, CRLF or a lone CR) and without a byte order mark."""
    lines = text.removeprefix(_BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    return tuple(lines)
