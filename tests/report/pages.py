"""Programs and the pages about them."""

from collections.abc import Sequence
from pathlib import Path

from tests.cli.command import dlpsim

HOSTILE = """\
; </script><script>window.pwned = 1</script><img src=x onerror="window.pwned = 1"> & < > " ' ${data} $body
.param T 2 ; <!-- <script> ]]> &amp; <b>
loop T
  move DRAM NRAM 1024 ; "><script>window.pwned = 1</script>
  compute MAC_32 4096
  sync
endloop
"""

ENDLESS = "loop 1_000_000_000\n  move DRAM NRAM 1024\n  compute MAC_32 2048\n  sync\nendloop\ncompute ADD_32 256\n"


def write_page(folder: Path, text: str, *options: str, name: str = "program.asm") -> Path:
    """Write a program and its page into a folder; return the path of the page."""
    path, page = folder / name, folder / f"{name}.html"
    path.write_text(text, encoding="utf-8")
    return page_of(path, page, options)


def page_of(program: Path | str, page: Path, options: Sequence[str] = ()) -> Path:
    """Write the page of a program; return its path."""
    outcome = dlpsim("report", program, "-o", page, *options)
    assert (outcome.status, outcome.err) == (0, "")
    return page
