"""Tables that scroll by themselves where a page is narrow."""

from __future__ import annotations

from collections.abc import Sequence

from replique.report.markup import Child, Html, element


def table(caption_text: str, heads: Sequence[str], rows: Sequence[Sequence[Child]]) -> Html:
    """Write a table; the first cell of each row is its header."""
    return element(
        "div",
        element(
            "table",
            element("caption", caption_text),
            element("thead", element("tr", *(element("th", h, scope="col") for h in heads))),
            element(
                "tbody",
                *(
                    element(
                        "tr",
                        element("th", row[0], scope="row"),
                        *(element("td", cell) for cell in row[1:]),
                    )
                    for row in rows
                ),
            ),
        ),
        class_="scroll",
        role="region",
        tabindex=0,
        aria_label=caption_text,
    )
