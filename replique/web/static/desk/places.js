"use strict";
// On a phone the places go in one row: brings the one where the page is into it.
{
  const row = document.querySelector(".top .main");
  const here = row?.querySelector("[aria-current]");
  if (here) row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}
