"""How the page was made: the command, the versions, and the parameters of the program."""

import platform
from importlib.metadata import version

from dlpsim import __version__
from dlpsim.report.collect import ReportData
from dlpsim.report.markup import Head, Markup, note, section, table, tag
from dlpsim.views.quantities import count_text


def made_by(data: ReportData) -> Markup:
    """Return the section."""
    versions = [
        ("dlpsim", __version__),
        ("Python", platform.python_version()),
        ("SimPy", version("simpy")),
        ("plotly", version("plotly")),
    ]
    tables = [table((Head("made with"), Head("version")), versions)]
    params = [(name, count_text(value)) for name, value in data.program.params.items()]
    if params:
        tables.append(table((Head("parameter (-D NAME=VALUE)"), Head("value", "", True)), params))
    command = tag("pre", {"class": "command"}, data.command)
    again = note("The same command, with the same files and versions, makes the same page again, byte for byte.")
    two = tag("div", {"class": "two"}, *(tag("div", {}, each) for each in tables))
    return section("made", "How this page was made", tag("div", {"class": "scroll"}, command), again, two)
