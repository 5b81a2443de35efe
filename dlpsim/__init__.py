"""dlpsim: a cycle-accurate simulator of a deep learning processor.

>>> from dlpsim import simulate
>>> simulate("compute MAC_32 1024").cycles
4
"""

from importlib import import_module
from typing import TYPE_CHECKING

from isa.errors import DlpsimError

if TYPE_CHECKING:
    from dlpsim.compiler.compile import compile_network
    from dlpsim.machine_file import load_machine
    from dlpsim.networks.load import load_network
    from dlpsim.simulation import Result, simulate

__version__ = "0.1.0"
__all__ = ["DlpsimError", "Result", "__version__", "compile_network", "load_machine", "load_network", "simulate"]

_LATE = {
    "Result": "dlpsim.simulation",
    "compile_network": "dlpsim.compiler.compile",
    "load_machine": "dlpsim.machine_file",
    "load_network": "dlpsim.networks.load",
    "simulate": "dlpsim.simulation",
}
"""Where the names are that take time to import."""


def __getattr__(name: str) -> object:
    """Import what is heavy only when it is used."""
    if name in _LATE:
        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module 'dlpsim' has no attribute {name!r}")
