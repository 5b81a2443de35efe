"""`python -m dlpsim` is `dlpsim`."""

from dlpsim.cli.main import main

main()
