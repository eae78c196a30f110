"""Running notebooks: strict about parameters, silent about persons, and no half files."""

from __future__ import annotations

import dataclasses
import inspect
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from consent.messages import UserError, say
from pipeline import notebooks
from pipeline.calibrating import CalibrationJob
from pipeline.candidates import CandidateAudit
from pipeline.desk.widget import open_desk
from pipeline.enrolment import EnrolmentJob
from pipeline.language import translator
from pipeline.notebooks import run_notebook
from pipeline.overseeing.reviewing import PrivacyReview
from pipeline.places import NOTEBOOKS, PROJECT
from pipeline.progress import VARIABLE
from pipeline.published.auditing import PublishedAudit

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
PARAMETERS = 'who = ""\nhow_many = 0\nnothing = None'


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes a notebook of the test's to where notebooks are looked for; gives the file to execute it into."""
    monkeypatch.setattr(notebooks, "NOTEBOOKS", tmp_path)
    (tmp_path / "run").mkdir()

    def write_notebook(*code: str) -> Path:
        cells = [new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), *map(new_code_cell, code)]
        nbformat.write(new_notebook(cells=cells, metadata=KERNEL), tmp_path / "test.ipynb")
        return tmp_path / "run" / "test.ipynb"

    return write_notebook


def left(output: Path) -> list[str]:
    return sorted(path.name for path in output.parent.iterdir())


def text_of(path: Path) -> str:
    """What the cells of an executed notebook printed."""
    cells = nbformat.read(path, as_version=4).cells
    return "".join(out.get("text", "") for cell in cells if cell.cell_type == "code" for out in cell.outputs)


@pytest.mark.parametrize("unknown", [{"whom": "x"}, {"who": "x", "zz": 1, "aa": 2}, {"": "x"}])
def test_an_unknown_parameter_is_refused_before_a_kernel_starts(
    unknown: dict[str, object], write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
):
    output = write("print(who)")
    monkeypatch.setattr(papermill, "execute_notebook", lambda *_, **__: pytest.fail("a kernel was started"))
    with pytest.raises(UserError, match=r"test\.ipynb has no parameter .*It has: how_many, nothing, who\."):
        run_notebook("test", unknown, output)
    assert left(output) == []


@pytest.mark.slow
def test_parameters_arrive_as_they_are_and_steps_are_told(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    output = write(
        "from pathlib import Path\nfrom pipeline.progress import track",
        "print([who, how_many, nothing], Path.cwd().name)",
        "for item in track('abc', 'test'): pass",
    )
    steps: list[tuple[int, int]] = []
    parameters = {"who": "007", "how_many": 7, "nothing": True}
    run_notebook("test", parameters, output, lambda done, total: steps.append((done, total)))
    assert "['007', 7, True] run" in text_of(output)
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert left(output) == ["test.ipynb"]
    assert VARIABLE not in os.environ


@pytest.mark.slow
def test_an_executed_notebook_tells_nothing_of_this_computer(write: Callable[..., Path], tmp_path: Path):
    output = write("from pathlib import Path\nprint(Path(who).is_absolute(), how_many)")
    parameters = {"who": str(tmp_path / "school" / "foto's"), "how_many": 7, "nothing": "sub/feest"}
    run_notebook("test", parameters, output)
    assert "True 7" in text_of(output), "the cells still get the whole path"
    notebook = nbformat.read(output, as_version=4)
    nbformat.validate(notebook)
    content = output.read_text("utf-8")
    for place in (tmp_path, Path(sys.prefix), Path.home(), PROJECT):
        assert str(place) not in content and json.dumps(str(place))[1:-1] not in content
    assert "papermill" not in content
    (injected,) = [cell for cell in notebook.cells if "injected-parameters" in cell.metadata.get("tags", ())]
    told: dict[str, object] = {}
    exec(injected.source, told)
    assert {name: told[name] for name in parameters} == {"who": "foto's", "how_many": 7, "nothing": "sub/feest"}


@pytest.mark.slow
def test_an_error_of_the_user_comes_out_and_can_be_translated(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(VARIABLE, "as before")
    output = write(
        "from pathlib import Path\nfrom pipeline.photos import find_photos",
        "from pipeline.progress import telling_errors\nwith telling_errors():\n    find_photos(Path('nowhere'))",
    )
    with pytest.raises(UserError) as raised:
        run_notebook("test", {"who": "x"}, output)
    assert raised.value.message == say("There is no folder “{folder}”.", folder="nowhere")
    assert translator("nl").render(raised.value.message) not in ("", str(raised.value.message))
    assert left(output) == []
    assert os.environ[VARIABLE] == "as before"


NAME = "Noor van der Proef"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"raise ValueError('{NAME}')", "The notebook test.ipynb failed in cell 3 (ValueError)."),
        ("known[known['S01']]", "The notebook test.ipynb failed in cell 3 (KeyError)."),
        ("import os\nos._exit(3)", "The notebook test.ipynb was cut off: the system ended it"),
    ],
)
def test_another_error_names_its_kind_alone_and_leaves_nothing(
    code: str, expected: str, write: Callable[..., Path], capfd: pytest.CaptureFixture[str]
):
    output = write(f"known = {{'S01': '{NAME}'}}", code)
    with pytest.raises(UserError) as raised:
        run_notebook("test", {}, output)
    assert str(raised.value).startswith(expected)
    assert NAME not in str(raised.value)
    assert raised.value.__suppress_context__, "a traceback would show the cell"
    assert left(output) == []
    shown = capfd.readouterr()
    assert NAME not in shown.out + shown.err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal between processes")
def test_ctrl_c_leaves_no_half_files(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    output = write(
        "import threading\nfrom pipeline.progress import track",
        "for item in track(range(3), 'test'):\n    if item == 2: threading.Event().wait()",
    )

    def press(done: int, total: int) -> None:
        if done == 2:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run_notebook("test", {}, output, press)
    assert left(output) == []
    assert VARIABLE not in os.environ


@pytest.mark.slow
def test_a_bar_that_is_interrupted_leaves_no_half_files(write: Callable[..., Path]):
    output = write("from pipeline.progress import track\nlist(track('ab', 'test'))")

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_notebook("test", {}, output, interrupt)
    assert left(output) == []


JOBS = {
    "10_enrol_gallery": EnrolmentJob,
    "20_audit_candidates": CandidateAudit,
    "30_audit_published": PublishedAudit,
    "40_privacy_review": PrivacyReview,
    "50_calibrate_matching": CalibrationJob,
}


@pytest.mark.parametrize(("name", "job"), JOBS.items())
def test_a_notebook_has_the_parameters_of_its_job(name: str, job: type):
    known = papermill.inspect_notebook(str(NOTEBOOKS / f"{name}.ipynb"))
    assert known.keys() == {field.name for field in dataclasses.fields(job)}


def test_every_notebook_has_a_job_that_is_tested_here():
    assert sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")) == [*JOBS, "desk"]


def test_the_notebook_of_the_desk_has_the_parameters_of_what_it_opens():
    known = papermill.inspect_notebook(str(NOTEBOOKS / "desk.ipynb"))
    assert known.keys() <= inspect.signature(open_desk).parameters.keys()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "given", "reason"),
    [
        ("10_enrol_gallery", {"references": "x"}, "The parameter workspace is missing."),
        ("50_calibrate_matching", {"workspace": "nowhere", "references": "x"}, "is no workspace"),
        ("20_audit_candidates", {"workspace": "nowhere", "photos": "x"}, "is no workspace"),
    ],
)
def test_the_real_notebooks_say_what_is_wrong(name: str, given: dict[str, str], reason: str, tmp_path: Path):
    with pytest.raises(UserError, match=reason):
        run_notebook(name, given, tmp_path / f"{name}.ipynb")
    assert list(tmp_path.iterdir()) == []
