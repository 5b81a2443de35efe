"""Parts of what a product stores, and the parts of the product that they need."""

from dataclasses import dataclass, replace

from dlpsim.compiler.tiling.shape import Shape


@dataclass(frozen=True, slots=True)
class Area:
    """Where on what is stored, or on the product, a tile lies."""

    image: int
    row: int
    rows: int
    column: int
    columns: int

    @property
    def pixels(self) -> int:
        """How many there are."""
        return self.rows * self.columns


class Areas:
    """What areas of what is stored need, by the shape of a product; each is worked out once."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._computed: dict[Area, Area] = {}

    @property
    def keeps_rows(self) -> bool:
        """Whether rows that windows of a pooling share are kept from tile to tile."""
        return self._shape.pooling is not None and self._shape.pooling.keeps_rows

    def held(self, area: Area) -> Area:
        """Return the part of the product that part of what is stored needs."""
        row, rows, _ = self._shape.rows_for(area.row, area.rows)
        column, columns, _ = self._shape.columns_for(area.column, area.columns)
        return Area(area.image, row, rows, column, columns)

    def computed(self, area: Area) -> Area:
        """Return the same without what is kept of the tile before."""
        found = self._computed.get(area)
        if found is None:
            row, rows, _ = self._shape.new_rows_for(area.row, area.rows)
            found = self._computed[area] = replace(self.held(area), row=row, rows=rows)
        return found
