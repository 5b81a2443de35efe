"""The picture at the top of the README: what a terminal shows of a run."""

import re
from html import unescape
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from dlpsim import simulate
from dlpsim.views.run_report import render

PROGRAM, CORES = "fc_1024x256.asm", 4
COMMAND = f"dlpsim run {PROGRAM} --cores {CORES}"


def picture() -> str:
    """Return the command and its report as an SVG."""
    result = simulate(Path(PROGRAM), cores=CORES)
    console = Console(
        record=True, file=StringIO(), width=80, force_terminal=True, highlight=False, legacy_windows=False
    )
    console.print(Text.assemble(("$ ", "bold green"), (COMMAND, "bold")))
    console.print(render(result.program, result.machine, result.summary, result.time_s))
    console.print()  # room for what the last line has below its base
    return _self_contained(console.export_svg(title="dlpsim"))


def _self_contained(svg: str) -> str:
    """Return an SVG without the fonts that a viewer would have to fetch: texts keep their width in any other."""
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code, monospace", "monospace")


def words(svg: str) -> list[str]:
    """Return the words that an SVG shows, whatever else the drawing library writes."""
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    return unescape(" ".join(texts)).split()
