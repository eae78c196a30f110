"""Signing in a terminal, or by a script through standard input: what is shown, asked and told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from consent.findings import Outcome
from consent.judging import Decision
from consent.messages import Message, UserError, say
from consent.signing import Signer
from consent.signing.post import roles_in_words
from consent.texts.told import told_of_message
from pipeline.copyable import typed
from pipeline.language import help_text as _
from pipeline.language import translator
from pipeline.looking import NUMBERED
from pipeline.reporting.words import DECISIONS, owner_words, visible
from pipeline.signing.lapsing import lapsed
from pipeline.signing.proposing import OF_A_BATCH, Proposal, proposal, question
from pipeline.signing.releasing import finished, release
from pipeline.signing.signers import (
    WrongCodeError,
    code_needed,
    codes_set,
    of_code,
    set_code,
    signer_called,
    signers_of,
)
from pipeline.signing.signing import confirm_new, may_sign, sign
from pipeline.signing.standing import standing_today
from pipeline.store import Store
from pipeline.workspace import Workspace

YES, NO = ("j", "ja", "y", "yes"), ("n", "nee", "no")

TRIES = 3
"""Codes that are asked for in one go: fewer than after which there is a wait (`codes.FREE_TRIES`)."""

console = Console(highlight=False)


def now() -> datetime:
    """The moment of a signature, with its time zone."""
    return datetime.now().astimezone()


def approve_run(space: Workspace, run: str, signer_id: str | None, only: tuple[str, ...]) -> bool:
    """Show what would be published, ask, sign, and approve when everybody has signed.

    False where somebody says no, or nothing of the run may be published.
    """
    at = now()
    with space.open_store() as store:
        folder = finished(space, store, Path(run).name, at)
        if folder is not None:
            _tell(
                say(
                    "This run has been approved, and its files are as they were signed for: {folder}",
                    folder=str(folder),
                )
            )
            today = standing_today(space, store, Path(run).name, at.date())
            for sentence in today.told:
                _tell(sentence)
            return today.may_stay
        if signer_id:  # told before all else is shown
            signer_called(signer_id, signers_of(space.school, space.school.load_protocol()))
        proposed = proposal(space, store, run, at, only)
        _show(store, proposed)
        _show_codes(store)
        if not proposed.files and not proposed.to_confirm:
            _tell_what_helps(space, proposed)
            return False
        signer = signer_called(signer_id or _ask(say("Who signs? (id)")), proposed.case.signers)
        if proposed.to_confirm:
            _confirmed(store, proposed, signer)
            proposed = proposal(space, store, run, at, only)
            _show(store, proposed)
            if not proposed.files:
                _tell_what_helps(space, proposed)
                return False
        if signer.id in proposed.case.agreed:
            _tell(say("{id} has signed for this already.", id=signer.id))
        else:
            proposed = _signed(store, proposed, signer)
        if proposed.verdict.decision is Decision.PUBLISH:
            _approved(release(space, store, proposed, now()), proposed)
        else:
            _what_is_missing(space, proposed)
        return proposed.verdict.decision is not Decision.BLOCK


def show_signers(space: Workspace) -> None:
    """The signers of school.toml, and since when each has a code."""
    tr, protocol = translator(), space.school.load_protocol()
    found = signers_of(space.school, protocol)
    with space.open_store() as store:
        codes = {signer.id: store.signing.code(signer.id) for signer in found}
    rows = []
    for signer in found:
        kept, own = codes[signer.id], {*signer.roles}
        places = [p.name for p in protocol.platforms.values() if own.intersection(r for rs in p.signers for r in rs)]
        roles = ", ".join(owner_words(role, tr) for role in signer.roles)
        rows.append((signer.id, roles, ", ".join(places), tr.date(kept.set_at) if kept else tr.text("no code yet")))
    if not rows:
        _tell(say("school.toml names nobody who may sign. Add signers to it: an id and roles for each."))
    _table((_("Id"), _("Roles"), _("Signs for"), _("Code since")), rows)


def ask_code(space: Workspace, signer_id: str, by: str | None) -> None:
    """Set the code of a signer: twice the same, and before it the code of whoever has a say, but for the very first."""
    known = signers_of(space.school, space.school.load_protocol())
    signer = signer_called(signer_id, known)
    with space.open_store() as store:
        giver, own = signer_called(by, known) if by else signer, ""
        if code_needed(store, signer, giver, known):
            own = _secret(say("The code of {id}, as it is now", id=giver.id))
        new = _secret(say("The new code of {id}", id=signer.id))
        if new != _secret(say("The new code once more")):
            raise UserError(say("The two codes are not the same. Nothing was changed."))
        set_code(store, signer, new, now(), signers=known, by=giver, own=own)
    _tell(say("The code of {id} is set. Nobody can look it up; tell it to nobody.", id=signer.id))


def _confirmed(store: Store, proposed: Proposal, signer: Signer) -> None:
    """Have somebody look at files that were covered or cropped; each counts only with a yes, and a code."""
    may_sign(proposed.case.platform, signer)
    said = [
        _yes(
            say(
                "Look at {file}: is nobody without a yes recognisable on it any more, by hair or clothes neither?",
                file=str(new.file),
            )
        )
        for new in proposed.to_confirm
    ]
    in_order = [new for new, yes in zip(proposed.to_confirm, said, strict=True) if yes]
    for new in proposed.to_confirm:
        if new not in in_order:
            _tell(
                say(
                    "{file} does not go along. Make another with photo-consent cover, or leave {photo} out.",
                    file=new.file.name,
                    photo=visible(new.made.photo),
                )
            )
    if in_order:
        platform = proposed.case.platform
        _with_code(signer, lambda code: confirm_new(store, signer, code, in_order, platform=platform, at=now()))


def _tell_what_helps(space: Workspace, proposed: Proposal) -> None:
    """What to do where there is nothing to sign for."""
    if any(out.decision is Decision.COVER for out in proposed.left_out):
        command = typed(space.folder, "cover", proposed.case.about)
        _tell(say("There is nothing to sign for now. To make pictures that may go: {command}", command=command))
    else:
        _tell(say("There is nothing to sign for now. The report tells with each photo what would help."))


def _signed(store: Store, proposed: Proposal, signer: Signer) -> Proposal:
    """Ask everything that is open and the code, and sign; the proposal with that signature."""
    case = proposed.case
    may_sign(case.platform, signer)
    language = translator().language
    answers = {rule_id: _yes(question(proposed, rule_id, language)) for rule_id in case.questions}
    _with_code(signer, lambda code: sign(store, proposed, signer.id, code, answers, at=now()))
    if all(answers.values()):
        _tell(say("Signed by {id}. Files: {count}.", id=signer.id, count=len(proposed.files)))
    else:
        _tell(say("The no of {id} is kept.", id=signer.id))
    return replace(proposed, case=replace(case, sign_offs=store.signing.sign_offs(case.about)))


def _with_code(signer: Signer, act: Callable[[str], object]) -> None:
    """Do what a code is asked for. A wrong one is asked again, so that what was answered before it stays."""
    wrong = None
    for _try in range(TRIES):
        if wrong is not None:
            _tell(wrong.message)
        try:
            act(_secret(say("The code of {id}", id=signer.id)))
        except WrongCodeError as error:
            wrong = error
        except click.Abort:  # a script has no other code to give
            break
        else:
            return
    raise wrong or click.Abort


def _show(store: Store, proposed: Proposal) -> None:
    tr, case = translator(), proposed.case
    if proposed.files:
        _tell(
            say(
                "{platform}, judged again by the register of today. Files to publish: {count}. Look at them in "
                "{folder}",
                platform=case.platform.name,
                count=len(proposed.files),
                folder=str(proposed.folder),
            )
        )
    else:
        _tell(
            say(
                "{platform}, judged again by the register of today. There are no files that may go.",
                platform=case.platform.name,
            )
        )
    _table((_("File"), _("Photo")), [(file.name, visible(file.judged.name)) for file in proposed.files])
    left: dict[tuple[str, str], list[str]] = {}
    for out in proposed.left_out:
        why = tr.render(DECISIONS[out.decision]), tr.render(out.why or say("See the report."))
        left.setdefault(why, []).append(visible(out.photo))
    if left:
        _tell(say("Photos and films that do not go along: {count}", count=len(proposed.left_out)))
        _table((_("File"), _("Verdict"), _("Why")), [(", ".join(photos), *why) for why, photos in left.items()])
    if proposed.cleared_since:
        photos = ", ".join(map(visible, proposed.cleared_since))
        _tell(say("Not yet to publish in the report, and by now they are: {photos}.", photos=photos))
    _show_set_aside(proposed)
    if proposed.not_chosen:
        _tell(say("Not chosen, although they might go: {photos}.", photos=", ".join(map(visible, proposed.not_chosen))))
    if proposed.run.message is None:
        _tell(say("This run has no text for the post. With a text: run the audit again with --message."))
    else:
        _tell(say("The message:"))
        console.print(Text(visible(proposed.run.message)), soft_wrap=True)
        for found in case.in_message:
            _tell(told_of_message(found))
    for sentence in lapsed(proposed, store.signing.photos_signed(case.about)):
        _tell(sentence)


def _show_set_aside(proposed: Proposal) -> None:
    """What people set aside, and where it can be seen: nobody else looks at it again."""
    if not proposed.set_aside:
        return
    tr = translator()
    _tell(
        say(
            "Going out by what people said: {count}. Look at each, by its number, "
            "at the desk or on the pictures in {folder}",
            count=len(proposed.set_aside),
            folder=str(proposed.run.folder / NUMBERED),
        )
    )
    rows = []
    for one in proposed.set_aside:
        by = ", ".join(who if isinstance(who, str) else tr.render(who) for who in one.said_by)
        why = one.why if isinstance(one.why, str) else tr.render(one.why)
        rows.append((visible(one.photo), one.label, tr.render(one.word), visible(why), by))
    _table((_("File"), _("Number"), _("What was said"), _("Why"), _("By whom")), rows)


def _show_codes(store: Store) -> None:
    """Who could sign in whose place: the codes that were set since the last approval."""
    for code in codes_set(store):
        _tell(of_code(code))


def _approved(folder: Path, proposed: Proposal) -> None:
    _tell(
        say(
            "Approved. On {platform}, publish only the photos and films that lie in this folder: {folder}",
            platform=proposed.case.platform.name,
            folder=str(folder),
        )
    )
    _tell(
        say(
            "Signed by {signers}. When a consent is withdrawn later, photo-consent recheck tells that this post must "
            "come down.",
            signers=", ".join(proposed.case.agreed),
        )
    )


def _what_is_missing(space: Workspace, proposed: Proposal) -> None:
    """What stands in the way: each no with its question, what else the rules say, and who still has to sign.

    What nobody has answered yet is no news: whoever signs next is asked.
    """
    case, language = proposed.case, translator().language
    refused = {rule: who for rule in (*case.questions, *OF_A_BATCH) if (who := case.answered_no(rule))}
    for rule, who in refused.items():
        told = say("Answered with no by {signers}.", signers=", ".join(who))
        _tell(say("{one} {other}", one=question(proposed, rule, language), other=told))
    if refused:
        _tell(say("As long as somebody says no, nothing of this is approved. Who thinks otherwise by now signs again."))
    of_who_signs = ("R7", "R8") if case.missing and case.platform.in_use else ()
    for finding in proposed.verdict.reasons:
        answers_do = finding.rule in case.questions and finding.outcome is not Outcome.BLOCK
        if not (answers_do or finding.rule in refused or finding.rule in of_who_signs):
            _tell(finding.reason)
    for roles in case.missing:
        role = roles_in_words(roles)
        another = say("Another person still has to sign: {role}.", role=role)
        _tell(another if case.agreed else say("Not signed yet: {role}.", role=role))
        able = [s.id for s in case.signers if s.id not in case.agreed and {*s.roles} & {*roles}]
        for signer_id in able:
            command = typed(space.folder, "approve", case.about, "--as", signer_id)
            _tell(say("To sign: {command}", command=command))
        if not able:
            _tell(say("school.toml names nobody else who can sign as {role}.", role=roles_in_words(roles)))


def _yes(asked: Message) -> bool:
    while True:
        answer = _ask(say("{question} (yes/no)", question=asked)).casefold()
        if answer in (*YES, *NO):
            return answer in YES


def _ask(asked: Message) -> str:
    _tell(asked)
    line = sys.stdin.readline()
    if not line:
        raise click.Abort
    return line.strip()


def _secret(asked: Message) -> str:
    """A line that is not shown while it is typed; from a script it is a line of standard input."""
    if sys.stdin.isatty():
        text: str = click.prompt(translator().render(asked), hide_input=True)
        return text
    _tell(asked)
    line = sys.stdin.readline()
    if not line:
        raise click.Abort
    return line.rstrip("\r\n")


def _tell(message: Message) -> None:
    console.print(Text(translator().render(message)), soft_wrap=True)


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    if rows:
        table = Table(*(Column(heading, overflow="fold") for heading in headings), box=box.SIMPLE_HEAD)
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        console.print(table)
