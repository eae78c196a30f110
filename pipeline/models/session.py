"""An ONNX model ready to run: on the processor, with the program's own number of threads."""

from __future__ import annotations

from pathlib import Path

import onnxruntime

THREADS = 1
"""Threads of one model. The cores are kept busy with a photo each (`pipeline.workers`), and a result never
depends on how many there are."""


def open_session(model: Path) -> onnxruntime.InferenceSession:
    """A session for a verified model file. Warnings of the runtime are left out, errors are raised."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
