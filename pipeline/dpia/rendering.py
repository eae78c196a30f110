"""The annex as Markdown and as a page. Both show the same blocks, and what a setting says is never markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from consent.messages import Message, UserError, say
from pipeline.dpia.annex import Annex
from pipeline.dpia.blocks import Block, Bullets, ByLanguage, Cell, Section, Table
from pipeline.language import Translator
from pipeline.reporting.html import page_environment
from pipeline.reporting.words import own_language, visible
from pipeline.reporting.writing import whole

FORMATS = {"md": ".md", "html": ".html"}
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_LIST_MARK = re.compile(r"^(\d*)([-+.)])(?=\s)")
"""What would begin a list at the start of a line: a dash, a plus, or a number with a point or a bracket."""


def write_annex(made: Annex, folder: Path, day: str, formats: tuple[str, ...], tr: Translator) -> list[Path]:
    """Write the annex into a folder, a file a format; gives their paths. Raises `UserError` where one is there."""
    stem = {"nl": "dpia-bijlage"}.get(tr.language, "dpia-annex")
    texts = {folder / f"{stem}-{day}{FORMATS[name]}": _RENDER[name](made, tr) for name in formats}
    for path in texts:
        if path.exists():
            raise UserError(say("There is a file “{file}” already. Give another folder with --out.", file=str(path)))
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        whole(path, partial(_write, text=text))
    return list(texts)


def markdown(made: Annex, tr: Translator) -> str:
    """The annex as Markdown with tables (GitHub's), one block after another."""
    parts = [f"# {_plain(made.title, tr)}", _table(Table((Message(""), Message("")), made.about), tr)]
    for number, section in enumerate(made.sections, start=1):
        parts += [f"## {number}. {_plain(section.title, tr)}", *_blocks(section, tr)]
    return "\n\n".join(parts) + "\n"


def page(made: Annex, tr: Translator) -> str:
    """The annex as one file of HTML that needs no other."""
    environment = page_environment(tr)
    environment.globals |= {"shown": lambda cell: _shown(cell, tr), "kind": lambda block: type(block).__name__}
    return environment.get_template("dpia.html.j2").render(annex=made, tr=tr)


_RENDER = {"md": markdown, "html": page}


def _blocks(section: Section, tr: Translator) -> Iterator[str]:
    for block in section.blocks:
        yield _block(block, tr)


def _block(block: Block, tr: Translator) -> str:
    if isinstance(block, Bullets):
        return "\n".join(f"- {_plain(item, tr)}" for item in block.items)
    return _table(block, tr) if isinstance(block, Table) else _plain(block, tr)


def _table(table: Table, tr: Translator) -> str:
    lines = [table.headings, *table.rows]
    rows = [f"| {' | '.join(_plain(cell, tr) for cell in line)} |" for line in lines]
    return "\n".join([rows[0], f"|{' --- |' * len(table.headings)}", *rows[1:]])


def _shown(cell: Cell, tr: Translator) -> str:
    if isinstance(cell, Message):
        return visible(tr.render(cell))
    if isinstance(cell, ByLanguage):
        return visible(own_language(cell.texts, tr, ""))
    return visible(cell) if isinstance(cell, str) else tr.number(cell)


def _plain(cell: Cell, tr: Translator) -> str:
    """The text on one line, of which nothing is taken for markup."""
    text = _MARKUP.sub(r"\\\1", " ".join(_shown(cell, tr).split()))
    return _LIST_MARK.sub(r"\1\\\2", text)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
