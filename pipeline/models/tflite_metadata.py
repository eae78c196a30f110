"""Writes into a TFLite file how its input picture is normalised, without disturbing the rest of it.

A TFLite file is a FlatBuffer: tables that refer to each other by distances, always forwards. So a
new root table, with longer lists of buffers and metadata, can be put before everything else, and
the old content follows untouched as one block, at a multiple of 16 bytes so that every tensor stays
aligned. Written by hand because the flatbuffers package lays the same tables out differently from
one version to the next, and the result is pinned by its hash.

Sources: the FlatBuffers internals page (tables, vtables, vectors), `schema.fbs` of TensorFlow Lite
and `metadata_schema.fbs`, version 1.5; the numbers of fields below are theirs.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence

_HEADER = 8  # the distance to the root table and the identifier of the file
_ALIGNMENT = 16
_FAR = 2**30
"""A place behind any new content, for finding out its size, which does not depend on where the old begins."""

_Emit = Callable[[bytearray], int]
"""Puts something at the end of the buffer, and says where it begins."""

_Field = bytes | _Emit
"""A number as it lies in the table, or something that the table refers to."""

# The fields of `Model`.
_BUFFERS, _METADATA = 4, 6
_NUMBERS = {0: 4}
"""Fields of `Model` that are numbers and not references, with their size: the version."""


def with_normalisation(tflite: bytes, *, mean: float, deviation: float) -> bytes:
    """The model with metadata for its one input: an RGB picture, normalised as (value - mean) / deviation.

    Raises `ValueError` where the bytes are no TFLite file, or one that carries metadata already.
    """
    if tflite[4:8] != b"TFL3":
        raise ValueError("not a TFLite file")
    root = _fields(tflite, struct.unpack_from("<I", tflite)[0])
    buffers = _references(tflite, root[_BUFFERS])
    notes = _references(tflite, root[_METADATA]) if _METADATA in root else []
    if any(_text(tflite, _fields(tflite, note)[0]) == b"TFLITE_METADATA" for note in notes):
        raise ValueError("the file has metadata already")

    def front(size: int) -> bytearray:
        """All that goes before the old content, which begins after `size` bytes."""

        def old(position: int) -> _Emit:
            return lambda out: position - _HEADER + size

        described = _data(_described(mean, deviation))
        note = _table({0: _string(b"TFLITE_METADATA"), 1: struct.pack("<I", len(buffers))})
        fields: dict[int, _Field] = {
            number: tflite[at : at + _NUMBERS[number]] if number in _NUMBERS else old(_target(tflite, at))
            for number, at in root.items()
        }
        fields[_BUFFERS] = _vector([*map(old, buffers), _table({0: described})])
        fields[_METADATA] = _vector([*map(old, notes), note])
        out = _file(b"TFL3", _table(fields))
        _pad(out, _ALIGNMENT, ahead=-_HEADER)  # the old content keeps its place within sixteen bytes
        return out

    size = len(front(_FAR))
    return bytes(front(size)) + tflite[_HEADER:]


def _described(mean: float, deviation: float) -> bytes:
    """`ModelMetadata` that says of the one input: a picture, RGB, normalised so."""
    normalised = _table({0: _floats(mean), 1: _floats(deviation)})
    unit = _table({0: b"\x01", 1: normalised})  # ProcessUnitOptions: NormalizationOptions
    content = _table({0: b"\x02", 1: _table({0: b"\x01"})})  # ContentProperties: ImageProperties; ColorSpaceType: RGB
    picture = _table({0: _string(b"image"), 3: content, 4: _vector([unit])})
    graph = _table({2: _vector([picture])})
    return bytes(_file(b"M001", _table({3: _vector([graph])})))


# Reading.


def _fields(content: bytes, table: int) -> dict[int, int]:
    """Where the fields of a table lie, by number; those it does not have are left out."""
    vtable = table - struct.unpack_from("<i", content, table)[0]
    (size,) = struct.unpack_from("<H", content, vtable)
    offsets = struct.unpack_from(f"<{size // 2 - 2}H", content, vtable + 4)
    return {number: table + offset for number, offset in enumerate(offsets) if offset}


def _target(content: bytes, at: int) -> int:
    """Where the reference at a place leads."""
    return at + int(struct.unpack_from("<I", content, at)[0])


def _references(content: bytes, at: int) -> list[int]:
    """Where the references of the vector that a field refers to lead."""
    vector = _target(content, at)
    (length,) = struct.unpack_from("<I", content, vector)
    return [_target(content, vector + 4 + 4 * index) for index in range(length)]


def _text(content: bytes, at: int) -> bytes:
    start = _target(content, at)
    (length,) = struct.unpack_from("<I", content, start)
    return content[start + 4 : start + 4 + length]


# Writing: a parent first and its children after it, as references point forwards.


def _file(identifier: bytes, root: _Emit) -> bytearray:
    out = bytearray(4) + identifier
    struct.pack_into("<I", out, 0, root(out))
    return out


def _table(fields: Mapping[int, _Field]) -> _Emit:
    def emit(out: bytearray) -> int:
        slots = {number: 4 + 4 * index for index, number in enumerate(sorted(fields))}  # four bytes for every field
        offsets = [slots.get(number, 0) for number in range(max(fields) + 1)]
        _pad(out, 4)
        vtable = len(out)
        out += struct.pack(f"<{2 + len(offsets)}H", 4 + 2 * len(offsets), 4 + 4 * len(fields), *offsets)
        _pad(out, 4)
        start = len(out)
        out += struct.pack("<i", start - vtable) + bytes(4 * len(fields))
        for number, field in fields.items():
            at = start + slots[number]
            if isinstance(field, bytes):
                out[at : at + len(field)] = field
            else:
                _refer(out, at, field)
        return start

    return emit


def _vector(elements: Sequence[_Emit]) -> _Emit:
    def emit(out: bytearray) -> int:
        _pad(out, 4)
        start = len(out)
        out += struct.pack("<I", len(elements)) + bytes(4 * len(elements))
        for index, element in enumerate(elements):
            _refer(out, start + 4 + 4 * index, element)
        return start

    return emit


def _refer(out: bytearray, at: int, target: _Emit) -> None:
    struct.pack_into("<I", out, at, target(out) - at)


def _floats(*values: float) -> _Emit:
    return _raw(len(values), struct.pack(f"<{len(values)}f", *values), 4)


def _string(text: bytes) -> _Emit:
    return _raw(len(text), text + b"\0", 4)


def _data(content: bytes) -> _Emit:
    return _raw(len(content), content, _ALIGNMENT)


def _raw(length: int, content: bytes, alignment: int) -> _Emit:
    """A vector of plain values, which begin at a multiple of `alignment`."""

    def emit(out: bytearray) -> int:
        _pad(out, alignment, ahead=4)
        start = len(out)
        out += struct.pack("<I", length) + content
        return start

    return emit


def _pad(out: bytearray, alignment: int, *, ahead: int = 0) -> None:
    out += bytes(-(len(out) + ahead) % alignment)
