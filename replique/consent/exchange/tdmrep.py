"""TDMRep: a reservation of text and data mining, for what a performer publishes.

A reservation says that rights are reserved, not that the answer is no. It is lifted only
where mining and every training are allowed to anybody: mining as the Directive has it
(EU) 2019/790, Art. 2(2), takes in the copying that training needs.

Source: TDM Reservation Protocol, W3C Community Group Final Report, 10 May 2024.
"""

from __future__ import annotations

import html
import re
from typing import Any

from replique.consent.exchange.preferences import ALLOWED, Preferences
from replique.consent.exchange.terms import TDM
from replique.errors import UsageError
from replique.language import gettext as _

_PRINTABLE = re.compile(r"[!-~]+\Z")
_URL = re.compile(r"https?://[!-~]+\Z")


def reservation(stated: Preferences) -> int:
    """Return 1 where rights are reserved, 0 where nobody need ask."""
    asked = (stated.data_mining, stated.ai_generative_training, stated.ai_training)
    return 0 if all(each == ALLOWED for each in asked) else 1


def well_known(
    stated: Preferences, *, location: str = "/", policy_url: str = ""
) -> list[dict[str, Any]]:
    """Return what /.well-known/tdmrep.json holds, for the files under a path.

    location : a path that begins with "/", with * and $ as in robots.txt. policy_url :
    where the policy is published; "" for none. UsageError for what is no path or address.
    """
    if not location.startswith("/") or not _PRINTABLE.match(location):
        raise UsageError(
            _("A location is a path on the web site, such as /voice/."),
            advice=_('Begin it with "/", and write other than plain letters with %.'),
        )
    return [{"location": location} | _said(stated, policy_url)]


def header(stated: Preferences, *, policy_url: str = "") -> dict[str, str]:
    """Return the fields of an HTTP response."""
    return {name: str(value) for name, value in _said(stated, policy_url).items()}


def meta(stated: Preferences, *, policy_url: str = "") -> str:
    """Return the lines for the head of an HTML page."""
    return "\n".join(
        f'<meta name="{name}" content="{html.escape(str(value))}">'
        for name, value in _said(stated, policy_url).items()
    )


def _said(stated: Preferences, policy_url: str) -> dict[str, Any]:
    if policy_url and not _URL.match(policy_url):
        raise UsageError(
            _("The address of the policy must begin with https:// and hold no blanks."),
            advice=_("Give the address under which the policy will be published."),
        )
    made: dict[str, Any] = {"tdm-reservation": reservation(stated)}
    if policy_url and made["tdm-reservation"]:  # without a reservation a policy means nothing
        made["tdm-policy"] = policy_url
    return made


def policy(
    *, uid: str, name: str, url: str = "", email: str = "", paid: bool = False
) -> dict[str, Any]:
    """Return a TDM policy: mining needs leave, and payment if it is asked.

    uid : the policy's own address. name, url, email : whom to ask; they are published.
    The profile wants ODRL's context cited by address, and an Offer; UsageError when
    there is nobody to ask.
    """
    if not _URL.match(uid) or not (email or url) or not name.strip():
        raise UsageError(
            _("A policy needs its own address, a name, and an email or a page to ask at."),
            advice=_("Give --policy-url, --contact-name, and --contact-email or --contact-url."),
        )
    assigner = {"uid": url or f"mailto:{email}", "vcard:fn": name}
    if email:
        assigner["vcard:hasEmail"] = f"mailto:{email}"
    if url:
        assigner["vcard:hasURL"] = url
    duties = ["obtainConsent", "compensate"] if paid else ["obtainConsent"]
    return {
        "@context": ["http://www.w3.org/ns/odrl.jsonld", {"tdm": TDM + "#"}],
        "@type": "Offer",
        "profile": TDM,
        "uid": uid,
        "assigner": assigner,
        "permission": [{"action": "tdm:mine", "duty": [{"action": each} for each in duties]}],
    }
