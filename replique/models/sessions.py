"""Models at work: onnxruntime, one thread, no accelerator, the same answer every time.

A model is loaded when it is first asked for, in the process that asks.  Media are searched one
in each process, so that more threads would only disturb one another.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from replique.errors import MissingPart, ModelDamaged
from replique.language import gettext as _

Arrays = Mapping[str, NDArray[Any]]


_SILENT = {"ORT_DISABLE_TELEMETRY": "1"}
"""As released, onnxruntime notes what it runs, in which program and on which computer, in a file
of the user's, and sends it to its maker. It asks this once, when it is imported."""


_WEIGHTS_ELSEWHERE = "session.model_external_initializers_file_folder_path"
_NOWHERE = f"{os.devnull}{os.sep}nowhere"
"""A graph may name other files that hold its weights, which its hash says nothing of; those of a
graph in memory lie in the folder in which the program was started, among media for instance."""


class Session:
    """An ONNX graph, ready to compute."""

    def __init__(self, graph: bytes) -> None:
        os.environ.update(_SILENT)  # nothing leaves this computer
        try:
            import onnxruntime  # noqa: PLC0415  # heavy, and wanted by this alone
        except ImportError as error:
            raise MissingPart(
                _("Voices need onnxruntime, which is not installed."),
                advice=_("Install it with: pip install onnxruntime"),
            ) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry(_WEIGHTS_ELSEWHERE, _NOWHERE)
        try:
            self._session = onnxruntime.InferenceSession(
                graph, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own kinds, which it does not export
            raise ModelDamaged(
                _("A model file cannot be used."),
                advice=_("Run `replique models install` to fetch it again."),
            ) from error
        self._process = os.getpid()

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of what it takes."""
        return tuple(each.name for each in self._session.get_inputs())

    @property
    def here(self) -> bool:
        """Whether it was loaded by this process; a fork loads its own."""
        return self._process == os.getpid()

    def run(self, inputs: Arrays) -> list[NDArray[np.float32]]:
        """Return the outputs, in the graph's order."""
        out: list[NDArray[np.float32]] = self._session.run(None, dict(inputs))
        return out
