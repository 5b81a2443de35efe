"""The command `dlpsim`: its subcommands by name, and what becomes of errors.

Exit status: 0 when all is well, 2 for anything wrong in what the user gave, 130 after Ctrl-C; `check` has also 1.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from dlpsim import __version__
from dlpsim.cli.encoding import make_writable
from isa.errors import DlpsimError, nearest

COMMANDS = {
    "run": "Run a program and say what it took.",
    "asm": "Check a program and print its listing.",
    "check": "Check what a program reads and writes.",
    "diff": "Say what moved between two results, and why.",
    "explain": "Say why a program takes what it takes.",
    "report": "Write a page about a run, which works offline.",
    "timeline": "Show what every unit does, from cycle to cycle.",
    "roofline": "Draw programs under the roofs of machines.",
    "machines": "List the built-in machines, or show one.",
    "chips": "List real accelerators to compare with.",
    "metrics": "Say what every number that is reported means.",
    "compile": "Write a network as a program.",
    "network": "Show the layers of a network.",
    "exercise": "Answer an exercise of the textbook.",
    "sweep": "Run a grid of parameters; tabulate and plot it.",
}
"""Every subcommand with its summary; `NAME` is the click command `NAME` in the module `dlpsim.cli.NAME`."""


class LazyGroup(click.Group):
    """Knows its subcommands by name, and imports one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the subcommand."""
        if cmd_name not in COMMANDS:
            near = nearest(cmd_name, COMMANDS) or f"the commands are {', '.join(COMMANDS)}"
            raise DlpsimError(f"there is no command '{cmd_name}'\n    hint: {near}")
        command = getattr(import_module(f"dlpsim.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="dlpsim")
def dlpsim() -> None:
    """Simulate a deep learning processor, to the cycle.

    \b
    Start here:
      dlpsim run fc_1x256.asm                  a shipped program, on one core
      dlpsim run fc_1024x256.asm --cores 4     the same machine, four times
      dlpsim exercise                          the textbook's exercises, answered
    """  # noqa: D301  # click takes the control character \\b as the mark of a paragraph that it must not wrap


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        make_writable(stream)
    sys.exit(status(arguments))


def status(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; problems go to standard error."""
    try:
        code = dlpsim.main(arguments, prog_name="dlpsim", standalone_mode=False)
        if sys.stdout is not None:  # it is None where the caller has closed it
            sys.stdout.flush()
    except (DlpsimError, MemoryError) as error:
        _complain(
            error.messages if isinstance(error, DlpsimError) else [f"there is not enough memory. {error}".rstrip()]
        )
        return 2
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.ClickException as error:
        _complain([error.format_message() + _where_to_look(error)])
        return 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return 130
    except (OSError, SystemExit) as error:  # click and rich exit by themselves at a broken pipe
        return _without_output(error)
    return code if isinstance(code, int) else 0


def _without_output(error: BaseException) -> int:
    """Return the exit status after a failure to write: none where the reader of a pipe has seen enough."""
    # Python flushes what is left at exit, and would complain then: it goes nowhere.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    if not isinstance(error, OSError) or isinstance(error, BrokenPipeError):
        return 0
    _complain([f"cannot write the output: {error.strerror}"])
    return 2


def _where_to_look(error: click.ClickException) -> str:
    """Return a hint that names the help of the command that was called wrongly."""
    if not isinstance(error, click.UsageError):
        return ""
    command = error.ctx.command_path if error.ctx else "dlpsim"
    return f"\n    hint: see '{command} --help'"


def _complain(messages: Sequence[str]) -> None:
    for message in messages:
        shown = "".join(char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in message)
        click.echo(f"error: {shown}", err=True)


if __name__ == "__main__":
    main()
