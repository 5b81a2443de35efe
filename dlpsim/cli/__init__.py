"""The command line, one file per command. `main` joins them and imports each only when it is used."""
