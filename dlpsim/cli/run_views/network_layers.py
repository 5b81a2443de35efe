"""`dlpsim run NETWORK`: the cycles of each layer."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dlpsim.deploy.layer_table import LayerData, data
from dlpsim.deploy.layer_text import render
from dlpsim.views.critical_path import CriticalPath

if TYPE_CHECKING:
    from rich.console import RenderableType

    from dlpsim.config import MachineConfig
    from dlpsim.deploy.deployment import Deployment
    from dlpsim.simulation import Result


class NetworkLayers:
    """Shows the layers of a network that was compiled for `config`."""

    status = 0

    def __init__(self, deployment: "Deployment", config: "MachineConfig") -> None:
        self._deployment = deployment
        self._config = config
        self._path = CriticalPath(deployment.program, config)
        self._layers = LayerData(0, (), 0)
        self.listeners = (self._path,)

    def finish(self, result: "Result") -> None:
        """Bring together what was collected."""
        self._layers = data(self._deployment, self._config, self._path.data())

    def to_dict(self) -> Mapping[str, Any]:
        """Return the layers, and the sum of their floors."""
        return self._layers.to_dict()

    def render(self) -> "Iterator[RenderableType]":
        """Return the table."""
        yield render(self._layers)
