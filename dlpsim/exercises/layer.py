"""A fully connected layer as sizes: what must be moved and computed, whatever the program."""

from dataclasses import dataclass

FP32_BYTES = 4


@dataclass(frozen=True)
class FullyConnected:
    """y[M×N] = x[M×K] · w[K×N] in fp32.

    In DRAM, x takes 1/`x_shrink` and w 1/`w_shrink` of its bytes; of `skip` MACs one is done.
    """

    m: int
    k: int
    n: int
    x_shrink: int = 1
    w_shrink: int = 1
    skip: int = 1

    @property
    def operand_bytes(self) -> int:
        """Bytes of x and w in DRAM."""
        return _part(self.m * self.k * FP32_BYTES, self.x_shrink) + _part(self.k * self.n * FP32_BYTES, self.w_shrink)

    @property
    def result_bytes(self) -> int:
        """Bytes of y."""
        return self.m * self.n * FP32_BYTES

    @property
    def macs(self) -> int:
        """Multiply-accumulates that are done."""
        return _part(self.m * self.k * self.n, self.skip)

    def __str__(self) -> str:
        return f"{self.m}×{self.k} by {self.k}×{self.n}"


def _part(whole: int, divisor: int) -> int:
    return -(-whole // divisor)
