"""How far an explanation is, for those who look at it from outside."""


class Progress:
    """What is being run at the moment, in words, and how many runs it has been so far.

    The number of all is not known before: which runs are worth it follows from others.
    """

    def __init__(self) -> None:
        self.doing = ""
        self.runs = 0

    def begin(self, doing: str) -> None:
        """Note what is run from now on."""
        self.doing = doing
        self.runs += 1

    def describe(self) -> str:
        """`run 3: without bandwidth of dram`."""
        return f"run {self.runs:,}: {self.doing}"
