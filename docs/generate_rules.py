"""Write docs/rules.md from the rules' own docstrings and the protocol: `python docs/generate_rules.py`."""

import inspect
from pathlib import Path

from consent.protocol import load_protocol
from consent.rules import RULES, Rule

PAGE = Path(__file__).parent / "rules.md"
PROTOCOL = load_protocol("ooh-2019")


def rules_page() -> str:
    """The whole page as Markdown."""
    parts = [
        "# The rules",
        f"<!-- Written by docs/generate_rules.py: change the docstring of a rule, or {PROTOCOL.id}.toml. -->",
        f"Source: {PROTOCOL.source}. Rules are applied in this order; the strictest outcome decides.",
        *(_rule(rule) for rule in RULES),
        "## Questions about the whole post",
        "The program cannot see these. It asks them, and a person answers.",
        _questions(),
    ]
    return "\n\n".join(parts) + "\n"


def _rule(rule: Rule) -> str:
    text = PROTOCOL.rules[rule.id]
    file = Path(inspect.getfile(rule.check))
    says = inspect.cleandoc(rule.check.__doc__ or "").replace("\nExample: ", "\n\nExample: ")
    code = f"[{file.name}](../consent/rules/{file.name})"
    cases = f"[{rule.id}.yaml](../tests/rules/{rule.id}.yaml)"
    about = f"Decides when it holds: {text.owner}. Code: {code}. Cases: {cases}."
    return "\n\n".join([f"## {rule.id}: {text.title['en']}", f"> {text.sentence}", says, about])


def _questions() -> str:
    rows = [("id", "rule", "question", "platforms", "decides"), ("---",) * 5]
    for rule_id, rule in PROTOCOL.post_rules.items():
        platforms = ", ".join(rule.platforms) or "all"
        rows.append((rule_id, rule.title["en"], rule.question["en"], platforms, rule.owner))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    PAGE.write_text(rules_page(), encoding="utf-8", newline="\n")
