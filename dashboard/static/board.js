// The board refreshes itself every four seconds; leads are judged by keyboard.
"use strict";

(() => {
  const EVERY = 4000;
  const live = document.getElementById("live");
  let etag = `"${live.dataset.etag}"`;

  async function refresh() {
    const answer = await Huiying.ask("/live", { "If-None-Match": etag });
    if (answer?.status === 200) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      Huiying.reconcile(live, fresh);
      etag = answer.headers.get("ETag");
    }
    setTimeout(refresh, EVERY);
  }

  setTimeout(refresh, EVERY);

  function open(row, kind, field) {
    if (!row) return false;
    for (const other of row.querySelectorAll("details")) other.open = other.dataset.do === kind;
    const target = row.querySelector(`details[data-do="${kind}"] ${field}`);
    if (!target) return false;
    target.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function close(row) {
    const used = document.activeElement?.closest(".lead") ?? row;
    if (!used) return false;
    for (const form of used.querySelectorAll("details")) form.open = false;
    used.focus({ preventScroll: true });
  }

  const leads = Huiying.rows(".lead", () => {}, {
    y: (row) => open(row ?? leads.rows()[0], "confirm", "[data-submit]"),
    n: (row) => open(row ?? leads.rows()[0], "dismiss", "input[name=why]"),
    Escape: close,
  });
})();
