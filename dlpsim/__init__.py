"""dlpsim: a cycle-accurate simulator of a deep learning processor.

>>> from dlpsim import simulate
>>> simulate("compute MAC_32 1024").cycles
4
"""

from typing import TYPE_CHECKING

from isa.errors import DlpsimError

if TYPE_CHECKING:
    from dlpsim.simulation import Result, simulate

__version__ = "0.1.0"
__all__ = ["DlpsimError", "Result", "__version__", "simulate"]


def __getattr__(name: str) -> object:
    """Import what is heavy only when it is used."""
    if name in {"Result", "simulate"}:
        from dlpsim import simulation  # noqa: PLC0415

        return getattr(simulation, name)
    raise AttributeError(f"module 'dlpsim' has no attribute {name!r}")
