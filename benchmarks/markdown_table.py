"""How is a table written in Markdown?"""

from __future__ import annotations


def table(head: str, lines: list[list[str]]) -> str:
    """Write a table: the first column is words, all others are numbers."""
    titles = head.split("|")
    rule = [":--", *["--:"] * (len(titles) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [titles, rule, *lines]) + "\n"
