"""The annex as sections of paragraphs, lists and tables: one source for the Markdown and the page."""

from __future__ import annotations

from dataclasses import dataclass

from consent.messages import Message, say
from pipeline.dpia import privacy, technology
from pipeline.dpia.blocks import Block, Section
from pipeline.dpia.live import Live


@dataclass(frozen=True)
class Annex:
    """The whole annex. `about`: of which school, by which program, when."""

    title: Message
    about: tuple[tuple[Message, Message | str], ...]
    sections: tuple[Section, ...]


def annex(now: Live) -> Annex:
    """The annex of a school, from its settings as they are."""
    about: tuple[tuple[Message, Message | str], ...] = (
        (say("School"), now.school.name),
        (say("Made on"), Message("{day}", (("day", now.at.date().isoformat()),))),
        (say("Program"), now.program),
        (say("SHA-256 of the program"), now.program_sha256),
        (say("Protocol"), now.protocol.source),
        (say("SHA-256 of the protocol"), now.protocol.digest),
    )
    introduction: tuple[Block, ...] = (
        say(
            "This annex belongs to the data protection impact assessment (DPIA) of the school. It is written by the "
            "program from its settings at this moment, and is to be made anew when they change. It says what the "
            "program does. Whether that is allowed and wise here is for the school to weigh; this is not legal advice."
        ),
    )
    return Annex(
        say("Annex to the DPIA: photo check"),
        about,
        (
            Section(say("What this annex is"), introduction),
            privacy.what_is_processed(now),
            privacy.why(now),
            privacy.grounds(now),
            privacy.where(),
            privacy.how_long(now),
            privacy.who(now),
            technology.models(now),
            technology.matching(now),
            technology.errors(now),
            technology.decisions(now),
            privacy.rights(now),
            technology.cannot(),
        ),
    )
