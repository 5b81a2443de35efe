"""Real accelerators to compare with: peak, memory bandwidth and power, and where each figure was read.

The figures are what the makers or others state, not measurements; peaks are of dense matrices.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Chip:
    """An accelerator. `peak_tops` is by number format, in 10¹² operations a second (a MAC is two), the main one first.

    `power_w` is that of the board or, where so stated, the most that the chip takes.
    """

    name: str
    peak_tops: Mapping[str, float]
    bandwidth_gb_per_s: float
    power_w: int
    source: str

    @property
    def main_format(self) -> str:
        """The number format that it is compared by."""
        return next(iter(self.peak_tops))

    @property
    def peak_gflops(self) -> float:
        """The peak in the main format, in 10⁹ operations a second."""
        return 1000 * self.peak_tops[self.main_format]

    @property
    def ridge_flop_per_byte(self) -> float:
        """The intensity from which on not memory but the peak in the main format is the limit."""
        return self.peak_gflops / self.bandwidth_gb_per_s

    @property
    def gflops_per_w(self) -> float:
        """Peak in the main format ÷ power."""
        return self.peak_gflops / self.power_w

    def to_dict(self) -> dict[str, Any]:
        """Return the chip as JSON has it."""
        return asdict(self) | {
            "peak_tops": dict(self.peak_tops),
            "main_format": self.main_format,
            "ridge_flop_per_byte": self.ridge_flop_per_byte,
            "gflops_per_w": self.gflops_per_w,
        }


CATALOGUE = "a hardware catalogue"
SECONDARY = "a secondary source"
CLOUD = "the maker's cloud documentation"
MAKER_CITED = "a page that cites the maker"

CHIPS = (
    Chip("NVIDIA T4", {"FP16": 65, "INT8": 130, "FP32": 8.1}, 320, 70, CATALOGUE),
    Chip("NVIDIA V100 SXM2", {"FP16": 125, "FP32": 15.7}, 900, 300, SECONDARY),
    Chip("NVIDIA A100 80 GB SXM", {"FP16": 312, "INT8": 624, "FP32": 19.5}, 2039, 400, MAKER_CITED),
    Chip("NVIDIA H100 SXM", {"FP16": 989.5, "FP8": 1979}, 3350, 700, SECONDARY),
    Chip("Google TPU v3", {"BF16": 123}, 900, 262, CLOUD),
    Chip("Google TPU v4", {"BF16": 275}, 1200, 192, CLOUD),
    Chip("Cambricon MLU270-S4", {"INT8": 128, "INT16": 64}, 102, 70, MAKER_CITED),
    Chip("Cambricon MLU290-M5", {"INT8": 512}, 1228, 350, MAKER_CITED),
    Chip("Cambricon MLU370-X8", {"FP16": 96, "INT8": 256}, 614.4, 250, "a news page"),
    Chip("Intel Gaudi2", {"BF16": 432}, 2460, 600, "the maker's slides at Hot Chips 2024"),
    Chip("AMD MI300X", {"FP16": 1300}, 5300, 750, SECONDARY),
)
"""Accelerators for training and for inference, of 2017 to 2023, by maker."""
