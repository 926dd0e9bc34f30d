"""The statement that a person makes before their voice is enrolled.

It asks for explicit consent to keep and use a biometric reference (GDPR Art. 9(2)(a)): what
is kept, where, what for, what it can show, how to take it back.  The text as it was shown is
kept with who agreed to it; whoever changes a word raises VERSION.
"""

from __future__ import annotations

from replique.language import gettext as _

VERSION = 1
ADULT = 18
"""Years from which a person decides this alone."""


def text(name: str) -> str:
    """Return the statement of a person, in the language in force: paragraphs, blank lines between.

    name : of the person, as it is registered.
    """
    return "\n\n".join(_paragraphs(name))


def _paragraphs(name: str) -> list[str]:
    return [
        _("Statement of {name} on the enrolment of their own voice").format(name=name),
        _(
            "The recordings that I give are of my own voice. Enrolling it is my own decision: "
            "nobody has made it a condition of work, pay or membership, and nothing follows "
            "if I refuse or stop."
        ),
        _(
            "What is kept, on this computer only and encrypted: the sound of these recordings, "
            "the names of their files, and a biometric reference, which is numbers computed "
            "from them by which a voice can be compared. Beside it, not encrypted: this statement "
            "and when it was made, as proof that I agreed, and the fingerprints (SHA-256) of "
            "these files, by which a copy of one is recognised."
        ),
        _(
            "What it is for: to look for my voice in films, games, sound files and other media "
            "that the user of this computer has, and to show me, and those to whom I give a "
            "report, where a voice that resembles mine is heard. It is for nothing else: not "
            "for imitating my voice, not for training anything, not for checking who I am."
        ),
        _(
            "What it can show: that a voice resembles mine, and how strongly that supports that "
            "it is mine or was made to resemble it. A likeness proves nothing: not that I spoke, "
            "not that a recording of mine was used, not that anything was trained on it. A voice "
            "that is mine may be missed, and a stranger's may resemble mine."
        ),
        _(
            "How to take it back: `replique voice forget`, at any time, without a reason and "
            "without a passphrase. Then the key, the recordings and the reference that were kept "
            "here are destroyed, and what was found by them is deleted. This statement stays, "
            "marked as withdrawn. Reports that were given away, and backups of this computer, "
            "are not within the program's reach."
        ),
        _(
            "I am {age} years old or older; or my parent or guardian has read this with me and "
            "signs it for me."
        ).format(age=ADULT),
    ]
