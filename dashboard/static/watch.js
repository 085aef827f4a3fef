// The form of a 专题: what its query would have hit is asked while it is typed, and shown when the answer is there.
"use strict";

(() => {
  const PAUSE = 700;
  const EVERY = 700;
  const form = document.getElementById("watch");
  const box = document.querySelector("#trial > section");
  let timer;
  let turn = 0;

  async function ask() {
    const mine = ++turn;
    const said = new FormData(form);
    const body = new URLSearchParams();
    for (const name of ["csrf", "query", "general"]) if (said.get(name)) body.set(name, said.get(name));
    try {
      const answer = await fetch("/watches/try", { method: "POST", body, redirect: "error", cache: "no-store" });
      if (mine === turn && answer.ok) show(await answer.text(), mine);
    } catch {
      Huiying.unreachable();
    }
  }

  function show(text, mine) {
    const fresh = new DOMParser().parseFromString(text, "text/html").body;
    box.replaceChildren(...fresh.childNodes);
    if (box.querySelector("[data-waits]")) setTimeout(() => look(mine), EVERY);
  }

  async function look(mine) {
    const waits = box.querySelector("[data-waits]");
    if (mine !== turn || !waits) return;
    const answer = await Huiying.ask(`/watches/trials/${waits.dataset.waits}`);
    if (mine !== turn) return;
    if (answer?.status === 200) show(await answer.text(), mine);
    else setTimeout(() => look(mine), 5 * EVERY);
  }

  form.addEventListener("input", (event) => {
    if (!["query", "general"].includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  form.querySelector("button[name=try]").addEventListener("click", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    ask();
  });
  if (box.querySelector("[data-waits]")) look(turn);
  else if (form.elements.query.value.trim()) ask();
})();
