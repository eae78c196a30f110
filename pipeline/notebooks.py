"""Running a notebook: papermill, with the strictness that it lacks.

papermill only warns about a parameter that a notebook does not have and runs on; here it is an
error. A failed notebook is not kept, because its traceback might tell of persons.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from consent.messages import UserError, say
from pipeline.models.silence import quiet
from pipeline.places import NOTEBOOKS
from pipeline.progress import VARIABLE, following
from pipeline.schemas import load_jsonschema

Parameters = Mapping[str, str | int | float | bool | None]


def run_notebook(
    name: str, parameters: Parameters, output: Path, on_step: Callable[[float, int], None] = lambda done, total: None
) -> None:
    """Execute `notebooks/<name>.ipynb` into `output`, whose folder must exist.

    Raises `UserError` for a parameter that the notebook does not have, and the notebook's own
    `UserError`; anything else that fails in it becomes a `UserError` that names its kind.
    """
    load_jsonschema()
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    notebook = NOTEBOOKS / f"{name}.ipynb"
    known = papermill.inspect_notebook(str(notebook))
    unknown = sorted(parameters.keys() - known.keys())
    if unknown:
        raise UserError(
            say(
                "The notebook {notebook} has no parameter {name}. It has: {known}.",
                notebook=notebook.name,
                name=", ".join(unknown),
                known=", ".join(sorted(known)),
            )
        )
    progress = output.with_suffix(".progress")
    logging.getLogger("papermill").setLevel(logging.ERROR)
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(progress)  # the kernel inherits the environment
    try:
        with following(progress, on_step) as told, quiet():
            papermill.execute_notebook(
                str(notebook),
                str(output),
                parameters=dict(parameters),
                cwd=str(output.parent),
                progress_bar=False,
                extra_arguments=["--log-level=ERROR"],
            )
    except PapermillExecutionError as error:
        output.unlink(missing_ok=True)
        failure = told() or UserError(
            say(
                "The notebook {notebook} failed in cell {cell} ({kind}).",
                notebook=notebook.name,
                cell=error.exec_count or 0,
                kind=error.ename,
            )
        )
        raise failure from None
    except DeadKernelError:
        output.unlink(missing_ok=True)
        raise UserError(
            say(
                "The notebook {notebook} was cut off: the system ended it, perhaps because its memory was full. "
                "Close other programs and try again.",
                notebook=notebook.name,
            )
        ) from None
    except BaseException:  # Ctrl-C among them
        output.unlink(missing_ok=True)
        # What papermill leaves running in its event loop would report the kernel's end with a traceback.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        raise
    else:
        _tidy(output, parameters)
    finally:
        progress.unlink(missing_ok=True)
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def _tidy(executed: Path, parameters: Parameters) -> None:
    """Take out what papermill notes of this computer: of a path only its last part stays."""
    notebook = json.loads(executed.read_text(encoding="utf-8"))
    notebook["metadata"].pop("papermill", None)
    for cell in notebook["cells"]:
        cell["metadata"].pop("papermill", None)
        if "injected-parameters" in cell["metadata"].get("tags", ()):
            cell["source"] = "\n".join(f"{name} = {_last_part(value)!r}" for name, value in parameters.items())
    executed.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _last_part(value: str | int | float | bool | None) -> str | int | float | bool | None:
    return Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value
