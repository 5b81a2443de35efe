"""Every operator that is written with others here, by domain and name."""

from collections.abc import Mapping

from dlpsim.networks.onnx_file.expansions.expansion import Expansion
from dlpsim.networks.onnx_file.expansions.quantized import QUANTIZED
from dlpsim.networks.onnx_file.expansions.quantized_contrib import QUANTIZED_CONTRIB

MICROSOFT = "com.microsoft"
"""The domain of the operators that onnxruntime adds to ONNX's."""

EXPANSIONS: Mapping[tuple[str, str], Expansion] = {
    **{(domain, op): QUANTIZED[op] for op in ("QuantizeLinear", "DequantizeLinear") for domain in ("", MICROSOFT)},
    **{(MICROSOFT, op): expansion for op, expansion in QUANTIZED_CONTRIB.items()},
    **{("", op): expansion for op, expansion in QUANTIZED.items()},
}
"""Expansions by domain ("" for ONNX's own) and operator."""
