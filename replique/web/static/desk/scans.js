"use strict";
// Sends media in pieces, so that a broken line costs one piece; then has them searched.
(() => {
  const form = document.getElementById("send-media");
  if (!form) return;
  const drop = document.getElementById("drop");
  const input = document.getElementById("files");
  const button = document.getElementById("search-sent");
  const list = document.getElementById("sent");
  const words = JSON.parse(document.getElementById("words").textContent);
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const PIECE = 4 << 20;
  const TRIES = 6;
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const known = form.querySelector("[name=group]"); // files that were sent before the page said no
  let group = known ? known.value : "";
  let sent = list.children.length;
  let waiting = 0;
  let queue = Promise.resolve();

  function shown() {
    button.disabled = waiting > 0 || sent === 0;
  }

  async function piece(file, facts) {
    const body = new FormData();
    for (const [name, value] of Object.entries(facts)) body.append(name, value);
    body.append("group", group);
    body.append("chunk", file.slice(facts.offset, facts.offset + PIECE), "piece");
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin",
      headers: { "X-CSRFToken": token } });
    if (answer.status >= 500) throw new Error(words.failed);
    return answer.json();
  }

  async function send(file, row) {
    const facts = { name: file.name, size: file.size, modified: String(file.lastModified), offset: 0 };
    for (let tries = 0; ; ) {
      let told;
      try {
        told = await piece(file, facts);
        tries = 0;
      } catch {
        tries += 1;
        row.textContent = tries < TRIES ? words.broken : words.failed;
        if (tries >= TRIES) {
          row.parentElement.dataset.state = "failed";
          return;
        }
        await pause(500 * 2 ** tries);
        continue;
      }
      if (told.message) {
        row.textContent = `${told.message} ${told.advice ?? ""}`.trim();
        row.parentElement.dataset.state = "refused";
        return;
      }
      group = told.group;
      facts.token = told.token;
      facts.offset = told.received;
      row.textContent = words.sending.replace("{percent}", Math.floor(100 * told.received / file.size));
      if (told.received >= file.size) {
        sent += 1;
        row.textContent = words.done;
        row.parentElement.dataset.state = "done";
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
      row.className = "said";
      row.textContent = words.waiting;
      item.append(name, row);
      list.append(item);
      waiting += 1;
      queue = queue.then(() => send(file, row)).finally(() => { waiting -= 1; shown(); });
    }
    input.value = "";
    input.required = false;
    shown();
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
  form.addEventListener("submit", () => {
    known?.remove();
    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = "group";
    hidden.value = group;
    form.append(hidden);
  });
  shown();
  if (input.files.length) add(input.files); // chosen before this script was there
})();
