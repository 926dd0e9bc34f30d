"""Write docs/permissions.md: the table of replique/web/permissions.py, for people.

`make docs` does it; tests/web/test_permissions.py fails when it is not true.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "permissions.md"
HEAD = """# Who may do what

On a laptop there is one person, to whom everything there belongs. On a committee's desk people
have roles, several if need be; what one role allows is allowed. A thing is **own** (of the
performer whom the person is), **confided** (of a performer who chose them), **shared** (in a case
that they work on), **common** (a collective agreement, of every performer) or somebody else's;
lists, forms and settings are nobody's, and show what the person may see. What is not in this
table is refused, and so is anything that is somebody else's: the answer does not tell whether it
is there.

| role | who it is |
|---|---|
| performer | a person whose work is kept here |
| confidant | whom a performer chose, and nobody else can choose |
| member | works on the committee's cases |
| organiser | invites people and looks after settings and backups; **sees no contents** |
| auditor | sees that things happened, in the ledger; **sees no contents** |

Private testimony is beyond this table: it is sealed to its readers, and who has not the
passphrase cannot read it whatever the table says: see [decision 7][7].

This page is made of replique/web/permissions.py by tools/permissions.py; a test asks every
address of the desk, in every role, for things of every belonging.

[7]: decisions/0007-private-testimony-is-sealed-to-its-readers.md

"""


def page() -> str:
    """Return the page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "replique.web.settings")
    from replique.web.permissions import ACTIONS, Role  # Django first

    roles = [each for each in Role if each is not Role.OWNER]
    lines = [
        "| action | what | to | " + " | ".join(roles) + " |",
        "|---|---|---|" + "---|" * len(roles),
    ]
    for name, each in ACTIONS.items():
        cells = [
            " ".join("yes" if whose == "nobody" else whose for whose in sorted(each.roles[role]))
            if role in each.roles
            else ""
            for role in roles
        ]
        of = each.of or ("anyone" if each.anyone else "")
        lines.append(f"| `{name}` | {each.about} | {of} | " + " | ".join(cells) + " |")
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    """Write it, or with --check say whether it is true."""
    if "--check" in sys.argv:
        return int(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
