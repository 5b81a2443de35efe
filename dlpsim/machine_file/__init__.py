"""Machine files: reads machines from TOML, checks them, replaces single values, and writes them back.

`machines/README.md` is the reference of the format, `load_machine` the way in.
"""

from dlpsim.machine_file.loader import BUILT_IN, Machine, default_machine, load_machine, machine_source, written_out

__all__ = ["BUILT_IN", "Machine", "default_machine", "load_machine", "machine_source", "written_out"]
