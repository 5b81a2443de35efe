"""Every operator that is written with others here, by domain and name."""

from collections.abc import Mapping

from dlpsim.networks.onnx_file.expansions.attention import ATTENTION
from dlpsim.networks.onnx_file.expansions.expansion import Expansion
from dlpsim.networks.onnx_file.expansions.fused import FUSED
from dlpsim.networks.onnx_file.expansions.normalized import NORMALIZED, SIMPLIFIED
from dlpsim.networks.onnx_file.expansions.quantized import QUANTIZED
from dlpsim.networks.onnx_file.expansions.quantized_contrib import QUANTIZED_CONTRIB

MICROSOFT = "com.microsoft"
"""The domain of the operators that onnxruntime adds to ONNX's."""

_STEPS = {op: QUANTIZED[op] for op in ("QuantizeLinear", "DequantizeLinear")}

EXPANSIONS: Mapping[tuple[str, str], Expansion] = {
    **{("", op): one for op, one in {**QUANTIZED, "SimplifiedLayerNormalization": SIMPLIFIED}.items()},
    **{(MICROSOFT, op): one for op, one in {**_STEPS, **QUANTIZED_CONTRIB, **FUSED, **NORMALIZED, **ATTENTION}.items()},
}
"""Expansions by domain ("" for ONNX's own) and operator."""
