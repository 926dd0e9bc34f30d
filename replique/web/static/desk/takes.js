"use strict";
// Sends files in pieces, so that a broken line costs one piece; tells how each fares.
(() => {
  const drop = document.getElementById("drop");
  const form = document.getElementById("add");
  if (!drop || !form) return;
  const words = JSON.parse(document.getElementById("words").textContent);
  const list = document.getElementById("sent");
  const input = document.getElementById("files");
  const PIECE = 4 << 20;
  const TRIES = 5;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  let queue = Promise.resolve();

  async function piece(file, facts) {
    const body = new FormData();
    for (const [name, value] of Object.entries(facts)) body.append(name, value);
    body.append("chunk", file.slice(facts.offset, facts.offset + PIECE), "piece");
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin",
      headers: { "X-CSRFToken": token } });
    if (answer.status >= 500) throw new Error(words.failed);
    return [answer.ok, await answer.json()];
  }

  async function send(file, row) {
    const facts = { performer: form.performer.value, kind: form.kind.value, name: file.name,
      size: file.size, offset: 0 };
    for (let tries = 0; ; ) {
      let ok, told;
      try {
        [ok, told] = await piece(file, facts);
        tries = 0;
      } catch {
        tries += 1;
        row.textContent = tries < TRIES ? words.broken : words.failed;
        if (tries >= TRIES) return;
        await pause(500 * 2 ** tries);
        continue;
      }
      if (!ok || told.message) {
        row.textContent = `${told.message} ${told.advice ?? ""}`.trim();
        return;
      }
      facts.token = told.token;
      facts.offset = told.received;
      row.textContent = words.sending.replace("{percent}", Math.floor(100 * told.received / file.size));
      if (told.received >= file.size) {
        row.textContent = told.state === "finished" ? words.done : words.working;
        return;
      }
    }
  }

  function add(files) {
    for (const file of files) {
      const item = document.createElement("li");
      const name = document.createElement("bdi");
      const row = document.createElement("span");
      name.textContent = file.name;
      row.textContent = words.waiting;
      item.append(name, row);
      list.append(item);
      queue = queue.then(() => send(file, row)).then(
        () => window.htmx?.trigger("#shelves", "refresh"));
    }
    input.value = "";
  }

  for (const kind of ["dragover", "dragenter"]) {
    drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    add(event.dataTransfer.files);
  });
  input.addEventListener("change", () => add(input.files));
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("send").hidden = true;
})();
