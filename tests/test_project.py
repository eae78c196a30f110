"""The project's own files agree with each other, and carry nothing that does not belong in them."""

import importlib.metadata
import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = {
    "requirements.lock": PROJECT["dependencies"] + EXTRAS["build"],
    "requirements-dev.lock": PROJECT["dependencies"] + EXTRAS["build"] + EXTRAS["dev"],
}
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LOCKED = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+)"
    r"(?: ; (?P<marker>[^\\]+?))?"
    r"(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)$"
)

# Put together from halves, or this file would be found by its own search.
REGISTRIES = ["py" + "pi.org", "python" + "hosted", "registry.npm" + "js", "anaconda" + ".org", "proxy.go" + "lang"]
FOLDERS = ["root/", "work/", r"opt/\w+/simple"]
HOMES = [r"(?<![\w.})>*])/" + r"(home|Users)/\w+/", r"\b[A-Za-z]:[\\/]+" + "Users"]
FORBIDDEN = re.compile("|".join([*map(re.escape, REGISTRIES), *(r"(?<![\w.})>*])/" + folder for folder in FOLDERS)]))
HOME = re.compile("|".join(HOMES))


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project_files() -> list[Path]:
    """Files that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git work tree")
    return [path for name in listed.stdout.decode("utf-8").split("\0") if name and (path := ROOT / name).is_file()]


# One list of dependencies.


def test_conda_users_get_the_same_dependencies_and_the_same_pythons() -> None:
    environment = yaml.safe_load(text_of("environment.yml"))
    python, pip, by_pip = environment["dependencies"]
    assert by_pip == {"pip": PROJECT["dependencies"]}
    assert pip == "pip"
    assert python == "python" + PROJECT["requires-python"]
    assert environment["channels"][0] == "conda-forge"


def test_the_tools_look_at_the_oldest_python_that_is_promised() -> None:
    oldest = re.match(r">=(\d+)\.(\d+),", PROJECT["requires-python"])
    assert oldest
    major, minor = oldest.groups()
    assert PYPROJECT["tool"]["mypy"]["python_version"] == f"{major}.{minor}"
    assert PYPROJECT["tool"]["ruff"]["target-version"] == f"py{major}{minor}"
    assert f"--python-version {major}.{minor} " in text_of("Makefile")


def test_only_one_package_provides_cv2() -> None:
    for lock in LOCKS:
        found = {name for name in locked(lock) if name.startswith("opencv")}
        assert found == {"opencv-contrib-python"}, lock


def locked(lock: str) -> dict[str, list[Version]]:
    """Name to the versions in a lock; more than one where they differ by Python or system."""
    versions: dict[str, list[Version]] = {}
    for entry in re.split(r"\n(?=\S)", text_of(lock).strip()):
        match = LOCKED.match(entry)
        assert match, f"{lock}: {entry.splitlines()[0]}"
        versions.setdefault(match["name"], []).append(Version(match["version"]))
    return versions


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_every_dependency_in_a_version_that_will_do(lock: str) -> None:
    versions = locked(lock)
    for line in LOCKS[lock]:
        asked = Requirement(line)
        found = versions.get(canonicalize_name(asked.name), [])
        assert found, f"{asked.name} is not in {lock}: run make lock"
        assert all(asked.specifier.contains(version, prereleases=True) for version in found), asked.name


def test_both_locks_agree() -> None:
    run, dev = (locked(lock) for lock in LOCKS)
    assert set(run) <= set(dev)
    assert all(set(versions) <= set(dev[name]) for name, versions in run.items())


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_address(lock: str) -> None:
    assert not re.search(r"https?://|index-url|find-links|file:| @ ", text_of(lock))


# Why each dependency, and under which licence.


def rows_of_dependencies() -> dict[str, str]:
    rows = re.findall(r"^\| `([^`]+)` \|(.+)\|$", text_of("docs/dependencies.md"), re.MULTILINE)
    assert len({name for name, _ in rows}) == len(rows)
    return dict(rows)


def test_every_dependency_has_its_line_and_every_line_its_dependency() -> None:
    asked = {Requirement(line).name for line in [*PROJECT["dependencies"], *(d for e in EXTRAS.values() for d in e)]}
    assert set(rows_of_dependencies()) == asked
    assert all(len([cell for cell in row.split("|") if cell.strip()]) == 3 for row in rows_of_dependencies().values())


def run_time_distributions() -> list[importlib.metadata.Distribution]:
    """What is installed for the user: the dependencies and theirs, on this system."""
    found: dict[str, importlib.metadata.Distribution] = {}
    wanted = [Requirement(line) for line in PROJECT["dependencies"]]
    while wanted:
        asked = wanted.pop()
        name = canonicalize_name(asked.name)
        if name in found or (asked.marker and not asked.marker.evaluate({"extra": ""})):
            continue
        found[name] = importlib.metadata.distribution(name)
        wanted += [Requirement(line) for line in found[name].requires or []]
    return list(found.values())


def test_no_gpl_comes_in_unnoticed() -> None:
    """Neither declared nor as a bundled library; an exception is one that docs/dependencies.md admits."""
    admitted = {name for name, row in rows_of_dependencies().items() if re.search(r"(?<!L)GPL", row)}
    for distribution in run_time_distributions():
        about = distribution.metadata
        declared = [about.get("License-Expression") or "", *(about.get_all("Classifier") or [])]
        gpl = any(re.search(r"(?<!L)GPL|GNU (Affero )?General", word) for word in declared)
        bundled = any(re.search(r"(lib|/)x26[45]\b", str(file)) for file in distribution.files or [])
        assert (gpl or bundled) == (canonicalize_name(about["Name"]) in admitted), about["Name"]


# Nothing that does not belong here.


def test_no_file_names_a_registry_or_a_folder_of_somebody() -> None:
    for path in project_files():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        text = content.decode("utf-8")
        name = path.relative_to(ROOT)
        # A test may make up a home, to see that it is kept out of a report.
        found = FORBIDDEN.search(text) or (HOME.search(text) if name.parts[0] != "tests" else None)
        assert not found, f"{name} names {found.group()}"


@pytest.mark.parametrize(
    ("words", "bad"),
    [
        ("see " + "/" + "home/somebody/photos", True),
        ("'" + "C:" + "\\Users" + "\\somebody'", True),
        ("https://" + "py" + "pi.org/simple", True),
        ("a network/wor" + "k/list and ~/photos and {home}/photos", False),
    ],
)
def test_the_search_finds_what_it_should(words: str, bad: bool) -> None:
    assert bool(FORBIDDEN.search(words) or HOME.search(words)) == bad


# Notebooks: one job each, no results, no logic.


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_no_results_and_no_logic(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert "papermill" not in notebook.metadata
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) <= 10
    for cell in code:
        assert not cell.outputs
        assert cell.execution_count is None
        assert "papermill" not in cell.metadata
        assert "injected-parameters" not in cell.metadata.get("tags", [])
        assert not re.search(r"^\s*(async\s+def|def|class|for|while|if)\b|\blambda\b", cell.source, re.MULTILINE)
    assert sum("parameters" in cell.metadata.get("tags", []) for cell in code) == 1


def nbstripout_hook() -> dict:
    hooks = yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"][0]["hooks"]
    return next(hook for hook in hooks if hook["id"] == "nbstripout")


def test_the_hook_and_make_lint_strip_alike() -> None:
    options = shlex.split(nbstripout_hook()["entry"])[1:]
    line = next(line for line in text_of("Makefile").splitlines() if "nbstripout" in line)
    assert [word for word in shlex.split(line)[1:] if word != "--verify" and not word.endswith(".ipynb")] == options


def test_the_hooks_are_what_make_lint_runs_and_fetch_nothing() -> None:
    repos = yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    for hook in repos[0]["hooks"]:
        assert hook["language"] == "system"
        command = hook["entry"].split(" --")[0]
        assert f"$(BIN)/{command}" in text_of("Makefile")


def test_the_hook_takes_out_what_papermill_leaves(tmp_path: Path) -> None:
    parameters = nbformat.v4.new_code_cell("folder = ''", metadata={"tags": ["parameters"]})
    injected = nbformat.v4.new_code_cell("folder = 'photos of group 3'", metadata={"tags": ["injected-parameters"]})
    run = nbformat.v4.new_code_cell("folder", metadata={"papermill": {"duration": 1.0, "status": "completed"}})
    run.execution_count = 3
    run.outputs = [nbformat.v4.new_output("stream", text="photos of group 3")]
    made = nbformat.v4.new_notebook(cells=[parameters, injected, run])
    made.metadata["papermill"] = {"parameters": {"folder": "photos of group 3"}}
    path = tmp_path / "executed.ipynb"
    nbformat.write(made, path)

    options = shlex.split(nbstripout_hook()["entry"])[1:]
    subprocess.run([sys.executable, "-m", "nbstripout", *options, str(path)], check=True, capture_output=True)

    assert "group 3" not in path.read_text(encoding="utf-8")
    stripped = json.loads(path.read_text(encoding="utf-8"))
    assert "papermill" not in stripped["metadata"]
    assert ["".join(cell["source"]) for cell in stripped["cells"]] == ["folder = ''", "folder"]
    assert all("papermill" not in cell["metadata"] for cell in stripped["cells"])
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in stripped["cells"])
