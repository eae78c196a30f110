"""The report of published posts: one file with everything in it, written card by card."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from consent.messages import Message
from consent.published.standing import PublishedPicture, Standing
from pipeline.language import Translator
from pipeline.published.judging import JudgedPost
from pipeline.published.kept import KeptPicture
from pipeline.published.run import STANDING_ORDER, PublishedRun
from pipeline.reporting.calibration_words import of_the_policy
from pipeline.reporting.html import data_address, page_environment
from pipeline.reporting.plots import png_address
from pipeline.reporting.published.board import BOARD_FILE, is_calamity
from pipeline.reporting.published.words import (
    MEANINGS,
    STANDINGS,
    SYMBOLS,
    TONES,
    noting,
    of_pictures,
    of_post,
    reasons,
    words_shown,
)
from pipeline.reporting.tables import marks
from pipeline.reporting.words import drawn, own_language, owner_words, with_names

MOST_PICTURES = 300
"""Pictures in one page, of the most urgent posts: some 125 kB each, so under 40 MB (docs/measurements.md)."""

MOST_LINKS = 50
"""Posts of one standing that are linked to at the top; more is no overview, and the cards of all follow below."""


def write_page(run: PublishedRun, path: Path, tr: Translator) -> None:
    """Write the report. One picture is in memory at a time, however many posts there are."""
    environment = page_environment(tr)

    def platform_name(platform_id: str) -> str:
        platform = run.protocol.platforms.get(platform_id)
        return platform.name if platform else platform_id

    def sentence(message: Message) -> str:
        return tr.render(with_names(message, run.names))

    in_page = _drawn(run)
    # Where it lies for the reader: while it is written, its folder has another name.
    table = path.resolve().parents[1] / run.run_id / "takedown.csv"
    environment.globals |= {
        "Standing": Standing,
        "LINKS": MOST_LINKS,
        "order": STANDING_ORDER,
        "standing_word": lambda standing: tr.render(STANDINGS[standing]),
        "meaning": lambda standing: tr.render(MEANINGS[standing]),
        "tone": TONES.__getitem__,
        "symbol": lambda standing: SYMBOLS[TONES[standing]],
        "platform_name": platform_name,
        "platform_names": ", ".join(map(platform_name, run.platforms)),
        "sentence": sentence,
        "reasons": lambda found: reasons(found, run.names),
        "of_post": lambda found: of_post(found, run.names),
        "of_pictures": of_pictures,
        "marks": marks,
        "drawn": drawn,
        "first_words": lambda found, *most: words_shown(found, run.names, *most),
        "owner": lambda role: owner_words(role, tr),
        "rule_text": run.protocol.published_rules.get,
        "in_my_words": lambda texts, otherwise: own_language(texts, tr, otherwise),
        "shown": shown,
        "picture": lambda kept: _picture(run, kept) if kept.sha256 in in_page else None,
        "too_many": lambda kept: kept.sha256 in run.pictures and kept.sha256 not in in_page,
        "calibration": of_the_policy(run.in_force),
        "noting": noting(table) if any(found.standing.comes_down for found in run.posts) else None,
        "board_file": BOARD_FILE if any(map(is_calamity, run.posts)) else "",
    }
    page = environment.get_template("published.html.j2")
    days = days_wrong(run.posts)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(
            page.generate(
                run=run,
                tr=tr,
                groups=_groups(run),
                days=days,
                coverage=coverage(run.posts),
                charts=_charts(run, tr),
            )
        )


def _groups(run: PublishedRun) -> dict[Standing, list[tuple[str, JudgedPost]]]:
    """For each standing its posts in the order of the run, each with the anchor of its card."""
    groups: dict[Standing, list[tuple[str, JudgedPost]]] = {standing: [] for standing in STANDING_ORDER}
    for number, found in enumerate(run.posts, start=1):
        groups[found.standing].append((f"post-{number}", found))
    return groups


def shown(found: JudgedPost) -> tuple[tuple[KeptPicture, PublishedPicture], ...]:
    """The pictures of a card: those that are not simply right, the most urgent first."""
    pairs = zip(found.post.pictures, found.judged.pictures, strict=True)
    return tuple(
        sorted(
            ((kept, picture) for kept, picture in pairs if picture.standing is not Standing.RIGHT),
            key=lambda pair: -pair[1].standing.urgency,
        )
    )


def days_wrong(posts: Iterable[JudgedPost]) -> tuple[int, ...]:
    """How many days each wrong post has stood, the longest first, as far as it is known."""
    return tuple(sorted((found.days_wrong for found in posts if found.days_wrong is not None), reverse=True))


def coverage(posts: Iterable[JudgedPost]) -> tuple[int, int]:
    """How many pictures and films there are, and how many of them the program could judge."""
    pictures = [picture for found in posts for picture in found.judged.pictures]
    return len(pictures), sum(picture.facts.problem is None for picture in pictures)


def _charts(run: PublishedRun, tr: Translator) -> tuple[str, ...]:
    dated = [(found.judged.posted_on, found.standing) for found in run.posts if found.judged.posted_on]
    if not dated:
        return ()
    from pipeline.reporting.published.charts import posting_calendar, standing_trend  # matplotlib is slow to load

    return tuple(png_address(draw(dated, tr)) for draw in (posting_calendar, standing_trend))


def _drawn(run: PublishedRun) -> frozenset[str]:
    """Which pictures stand in the page: those shown first, one on two posts counted twice, `MOST_PICTURES` in all."""
    all_shown = (kept.sha256 for found in run.posts for kept, _picture in shown(found) if kept.sha256 in run.pictures)
    return frozenset(islice(all_shown, MOST_PICTURES))


def _picture(run: PublishedRun, kept: KeptPicture) -> str | None:
    """The drawn, pixelated picture as a data address; None where none was opened."""
    file = run.pictures.get(kept.sha256)
    return data_address(file.read_bytes(), "jpeg") if file is not None and file.is_file() else None
