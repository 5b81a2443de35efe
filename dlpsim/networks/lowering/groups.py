"""Groups of channels of an image, which files see as a reshape of it: normalized together, they need not be moved."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.trivial import reshaped
from dlpsim.networks.value import Shape, Value

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Groups:
    """An image by `name` and its shape; `groups` are how many images there are, and how many groups of channels."""

    name: str
    image: Shape
    groups: Shape

    @property
    def size(self) -> int:
        """Channels of a group."""
        return self.image[1] // self.groups[1]

    @property
    def shape(self) -> Shape:
        """The shape of the image with groups and their channels apart, unless each channel is one."""
        return self.image if self.size == 1 else (*self.groups, self.size, *self.image[2:])

    def apart(self, draft: Draft, x: str) -> str:
        """Return an image with its groups apart."""
        return x if self.size == 1 else draft.step("Reshape", [x], f"{x}/groups", {"shape": self.shape})

    def together(self, draft: Draft, x: str) -> str:
        """Return a number for each channel of the image, given one for each group."""
        if self.size == 1:
            return x
        begin = draft.step("Reshape", [x], f"{x}/of_group", {"shape": (*self.groups, 1)})
        wide = draft.step("Expand", [begin], f"{x}/repeated", {"shape": (*self.groups, self.size)})
        shape = (*self.image[:2], *(1 for _ in self.image[2:]))
        return draft.step("Reshape", [wide], f"{x}/of_channels", {"shape": shape})

    def of_channels(self, draft: Draft, name: str) -> str:
        """Return a weight of each channel, given one of each group."""
        weight = draft.weights[draft.resolve(name)]

        def numbers() -> "NDArray[Any]":
            repeated: NDArray[Any] = weight.array().repeat(self.size)
            return repeated

        return draft.compute(f"{name}/of_channels", (self.image[1],), numbers, weight.dtype)


def grouped_image(draft: Draft, value: Value) -> Groups | None:
    """Return the image that a value is a reshape of, if its first axes are those of the image in groups."""
    name = reshaped(draft, value.name)
    if not name or len(value.shape) < 3:
        return None
    image = draft.operand(name)
    if len(image.shape) < 3 or image.shape[0] != value.shape[0] or image.shape[1] % value.shape[1]:
        return None
    return Groups(image.name, image.shape, value.shape[:2])


def is_all(draft: Draft, name: str, number: float) -> bool:
    """Whether a weight is the same number everywhere."""
    weight = draft.weights.get(draft.resolve(name))
    return weight is not None and bool((weight.array() == number).all())
