"""What a layer has become: its steps, and the constants that they need, as they lie in DRAM."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.step import Step
from dlpsim.compiler.tiling.choice import Choice

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Constant:
    """Numbers that lie in DRAM when the program begins: how many elements, what gives them, and their type."""

    elements: int
    numbers: Callable[[], "NDArray[Any]"]
    dtype: str = "f32"


@dataclass(frozen=True)
class LayerPlan:
    """The steps of a layer, its constants by the names of their tensors, and a sentence on how it was cut.

    `op` names its operators. `macs` are those of the network, `compulsory_bytes` those of its operands, weights and
    result, each once, but for `repeated_bytes` of weights, which an earlier layer uses as well. `choice` is how a
    product was cut, among which other ways.
    """

    name: str
    steps: list[Step]
    constants: Mapping[str, Constant] = field(default_factory=dict)
    note: str = ""
    op: str = ""
    macs: int = 0
    compulsory_bytes: int = 0
    repeated_bytes: int = 0
    choice: Choice | None = None
