"""Imports the optional packages, or says how to get them."""

from importlib import import_module
from types import ModuleType

from isa.errors import DlpsimError


def needed(package: str, purpose: str) -> ModuleType:
    """Import a package of the extra `[onnx]`. Raises DlpsimError where it is not installed."""
    try:
        return import_module(package)
    except ImportError:
        raise DlpsimError(
            f"{purpose} needs the package {package}, which is not installed\n    hint: pip install 'dlpsim[onnx]'"
        ) from None
