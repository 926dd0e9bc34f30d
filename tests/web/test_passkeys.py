"""A passkey in a real browser: kept, and enough to come in, under the desk's own rules."""

from __future__ import annotations

import os
import threading
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from replique.store import Home

PASSWORD = "five words nobody would guess"  # noqa: S105 — of nobody
CHROMIUM = "/usr/bin/chromium"


class Quiet(WSGIRequestHandler):
    """Says nothing of what it answers."""

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.mark.skipif(not os.path.exists(CHROMIUM), reason="there is no chromium here")  # noqa: PTH110
def test_a_passkey_is_kept_and_lets_in(
    empty: Home, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.cache import cache
    from playwright.sync_api import sync_playwright

    from replique.store import inviting, members
    from replique.web.serving import application

    del empty
    cache.clear()
    settings.COMMITTEE = True
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    olga = members.add_member("Olga", roles=("organiser",)).id
    code = inviting.invite("Ana", by=olga).code
    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    desk = f"http://localhost:{server.server_port}"
    wrong: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(locale="en-GB")
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.goto(f"{desk}/invitation/{code}/")
        page.fill("#email", "ana@example.org")
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }  # fmt: skip
        device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        page.goto(f"{desk}/account/2fa/webauthn/add/")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.check("input[name=passwordless]")
        page.click("#mfa_webauthn_add")
        page.wait_for_url("**/recovery-codes/")
        page.goto(f"{desk}/account/logout/")
        page.click("main button[type=submit]")
        page.wait_for_url("**/account/login/")
        page.click("#passkey_login")
        page.wait_for_url(f"{desk}/")
        browser.close()
    server.shutdown()
    server.server_close()
    assert wrong == []
