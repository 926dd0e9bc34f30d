"""Pictures of a journey through the desk, in `screenshots/`, which git ignores.

With REPLIQUE_GUIDE_PICTURES=yes the chosen ones are written for the guide too, as WebP.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "screenshots"
PICTURES = ROOT / "docs" / "guide" / "pictures"
WANTED = os.environ.get("REPLIQUE_GUIDE_PICTURES") == "yes"
LARGEST = 80_000
"""Bytes of a picture of the guide."""
LAPTOP: ViewportSize = {"width": 1120, "height": 760}
PHONE: ViewportSize = {"width": 375, "height": 760}
QUALITIES = (0.9, 0.8, 0.7, 0.55, 0.4)
TO_WEBP = """
async ([png, quality]) => {
  const picture = new Image();
  picture.src = 'data:image/png;base64,' + png;
  await picture.decode();
  const canvas = Object.assign(document.createElement('canvas'),
    { width: picture.naturalWidth, height: picture.naturalHeight });
  canvas.getContext('2d').drawImage(picture, 0, 0);
  return canvas.toDataURL('image/webp', quality).split(',')[1];
}
"""
INTO_SIGHT = """
(what) => {
  const { bottom } = document.querySelector(what).getBoundingClientRect();
  scrollTo({ top: Math.max(0, bottom + scrollY - innerHeight + 24), behavior: 'instant' });
}
"""


class Stations:
    """Takes a picture at each station of one journey, in one language."""

    def __init__(self, browser: Browser, journey: str, language: str) -> None:
        self._browser = browser
        self._journey = journey
        self._language = language
        self._count = 0
        SHOTS.mkdir(exist_ok=True)

    def at(
        self, page: Page, name: str, *, everywhere: bool = False, guide: str = "", show: str = ""
    ) -> None:
        """Keep how a page looks.

        everywhere : dark and on a phone too. guide : as this in the guide. show : what is to be
        in sight, at the foot; else it is the top of the page.
        """
        self._count += 1
        stem = f"{self._journey}-{self._count:02}-{name}-{self._language}"
        _settled(page)
        if show:
            page.evaluate(INTO_SIGHT, show)
        picture = page.screenshot(path=SHOTS / f"{stem}.png")
        if guide and WANTED:
            self._keep(picture, f"{guide}.{self._language}.webp")
        if everywhere:
            self._elsewhere(page, stem)

    def _elsewhere(self, page: Page, stem: str) -> None:
        looks: tuple[tuple[str, Literal["light", "dark"], ViewportSize], ...] = (
            ("dark", "dark", LAPTOP),
            ("phone", "light", PHONE),
            ("phone-dark", "dark", PHONE),
        )
        for look, scheme, size in looks:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(size)
            _settled(page)
            page.screenshot(path=SHOTS / f"{stem}-{look}.png", full_page=True)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(LAPTOP)

    def _keep(self, picture: bytes, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        png = base64.b64encode(picture).decode()
        page = self._browser.new_page()
        made = picture
        for quality in QUALITIES:
            made = base64.b64decode(page.evaluate(TO_WEBP, [png, quality]))
            if len(made) <= LARGEST:
                break
        page.close()
        assert len(made) <= LARGEST, f"{name} is {len(made)} bytes"
        (PICTURES / name).write_bytes(made)


def _settled(page: Page) -> None:
    """Go to the top; wait until letters and pictures are there and nothing moves."""
    page.evaluate(
        """async () => {
          scrollTo({ top: 0, behavior: 'instant' });
          await document.fonts.ready;
          await Promise.all([...document.images].map((each) => each.decode().catch(() => 0)));
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          scrollTo({ top: 0, behavior: 'instant' });
        }"""
    )
