"""Where figures come from: versions, and the kind of machine. It names no machine and no person."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

from dlpsim import __version__


def provenance() -> dict[str, str]:
    """Return what one must know to compare the figures with others."""
    return {
        "dlpsim": __version__,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "simpy": version("simpy"),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": f"{_processor()}, {os.cpu_count()} cores",
    }


def _processor() -> str:
    """Return the model of the processor, as far as the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or "unknown processor"
