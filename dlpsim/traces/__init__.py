"""A run as a file for the tools that people use: Perfetto, Konata, waveform viewers, tables. See `formats.py`."""
