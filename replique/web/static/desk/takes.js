"use strict";
// Sends files in pieces, so that a broken line costs one piece; tells how each fares, lets go
// of it, and goes on after a reload once the same file is chosen again. What a recorder in the
// page made comes the same way, by the event "recorded".
(() => {
  const form = document.getElementById("add");
  const drop = document.getElementById("drop");
  if (!form || !drop) return;
  const words = JSON.parse(document.getElementById("words").textContent);
  const list = document.getElementById("sent");
  const told = document.getElementById("told");
  const input = document.getElementById("files");
  const whose = form.elements.performer;
  const newcomer = form.elements.new_performer;
  const PIECE = 4 << 20;
  const TRIES = 4;
  const csrf = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const put = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  let queue = Promise.resolve();

  class Broken extends Error {}

  async function ask(address, body, signal) {
    let answer;
    try {
      answer = await fetch(address, { method: body ? "POST" : "GET", body, signal,
        credentials: "same-origin", headers: { "X-CSRFToken": csrf, Accept: "application/json" } });
      if (answer.status >= 500) throw new Broken();
      return [answer.ok, await answer.json()];
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Broken();
    }
  }

  // One file on its way: a row that says how it fares, and a button to let go of it.
  class Sending {
    constructor(file, of = null) {
      this.file = file;
      this.token = of?.dataset.token;
      this.performer = of?.dataset.performer;
      this.stop = new AbortController();
      this.row = document.createElement("li");
      this.row.dataset.name = file.name;
      const name = document.createElement("bdi");
      name.textContent = file.name;
      this.bar = document.createElement("progress");
      this.bar.max = 100;
      this.bar.value = 0;
      this.bar.setAttribute("aria-label", file.name);
      this.said = document.createElement("span");
      this.said.className = "said";
      this.button = document.createElement("button");
      this.button.type = "button";
      this.button.className = "plain";
      this.row.append(name, this.bar, this.said, this.button);
      this.offer(words.cancel, () => this.cancel());
      this.say(words.waiting);
      list.append(this.row);
      of?.remove();
    }

    offer(word, act) {
      this.button.hidden = !word;
      this.button.textContent = word;
      const hidden = document.createElement("span");
      hidden.className = "unseen";
      hidden.textContent = ` ${this.file.name}`;
      this.button.append(hidden);
      this.button.onclick = act;
    }

    say(text, state = "") {
      this.said.textContent = text;
      this.row.dataset.state = state;
      if (state) told.textContent = put(words.of, { what: this.file.name, name: text });
    }

    facts(offset) {
      const body = new FormData();
      const facts = { name: this.file.name, size: this.file.size, offset,
        modified: this.file.lastModified, token: this.token ?? "" };
      for (const each of form.elements) {
        if (each.name && each.type !== "file") facts[each.name] ??= each.value;
      }
      if (this.performer) facts.performer = this.performer;
      for (const [name, value] of Object.entries(facts)) body.append(name, value);
      body.append("chunk", this.file.slice(offset, offset + PIECE), "piece");
      return body;
    }

    async run() {
      if (this.stop.signal.aborted) return;
      this.bar.hidden = false;
      this.offer(words.cancel, () => this.cancel());
      let offset = this.token ? this.file.size : 0; // what is not there yet is told
      for (let tries = 0; ; ) {
        let ok, answer;
        try {
          [ok, answer] = await ask(form.action, this.facts(offset), this.stop.signal);
          tries = 0;
        } catch (error) {
          if (!(error instanceof Broken)) return;
          tries += 1;
          if (tries < TRIES) {
            this.say(words.broken);
            await pause(400 * 2 ** tries);
            continue;
          }
          this.say(words.failed, "failed");
          this.offer(words.again, () => this.again());
          return;
        }
        if (!ok) return this.refused(answer);
        this.token = answer.token;
        this.known(answer);
        if (answer.job || answer.ready) return this.read(answer);
        offset = answer.received;
        this.bar.value = Math.floor((100 * offset) / this.file.size);
        this.say(put(words.sending, { percent: this.bar.value }));
      }
    }

    // Whoever was typed as a new name is there from now on, for the files that follow.
    known(answer) {
      if (!answer.performer) return;
      this.performer = answer.performer;
      if (newcomer?.value && whose && !whose.value) {
        const made = new Option(newcomer.value, answer.performer, true, true);
        whose.prepend(made);
        newcomer.value = "";
        choose();
      }
    }

    async read(answer) {
      this.bar.hidden = true;
      this.offer("");
      if (answer.ready) return this.end(words.ready, "done");
      for (;;) {
        if (answer.message) return this.refused(answer);
        if (answer.state === "finished") return this.end(answer.said || words.done, "done");
        this.say(words.working);
        await pause(900);
        try {
          [, answer] = await ask(form.dataset.state.replace("0", answer.job ?? this.job));
          this.job = answer.job;
        } catch {
          await pause(3000);
        }
      }
    }

    end(text, state) {
      this.say(text, state);
      window.htmx?.trigger("#shelves", "refresh");
      document.dispatchEvent(new CustomEvent("sent", { detail: this.file }));
    }

    refused(answer) {
      this.bar.hidden = true;
      this.offer("");
      this.say(`${answer.message} ${answer.advice ?? ""}`.trim(), "refused");
    }

    again() {
      this.stop = new AbortController();
      queue = queue.then(() => this.run());
    }

    async cancel() {
      this.stop.abort();
      if (this.token) {
        try {
          await ask(form.dataset.cancel.replace("TOKEN", this.token), new FormData());
        } catch {
          return this.say(words.failed, "failed");
        }
      }
      this.bar.hidden = true;
      this.offer("");
      this.say(words.cancelled, "cancelled");
    }
  }

  function left(file) {
    return [...document.querySelectorAll("[data-token]")].find((each) =>
      each.dataset.name === file.name && Number(each.dataset.size) === file.size &&
      each.dataset.modified === String(file.lastModified));
  }

  function add(files) {
    if (newcomer && !whose?.value && !newcomer.value.trim()) {
      told.textContent = words.whose;
      newcomer.setCustomValidity(words.whose);
      newcomer.reportValidity();
      newcomer.setCustomValidity("");
      input.value = "";
      return;
    }
    for (const file of files) {
      const one = new Sending(file, left(file));
      queue = queue.then(() => one.run());
    }
    input.value = "";
  }

  function choose() {
    if (newcomer && whose) newcomer.closest(".field").hidden = Boolean(whose.value);
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
  document.addEventListener("recorded", (event) => add([event.detail]));
  whose?.addEventListener("change", choose);
  if (!form.dataset.whole) form.addEventListener("submit", (event) => event.preventDefault());
  for (const each of document.querySelectorAll(".without-script")) each.hidden = true;
  choose();
  if (input.files.length) add(input.files); // chosen before this script was there
})();
