// j and k choose a row of a list; keys typed into a field are left alone.
"use strict";

Huiying.rows = (selector, onChoose = () => {}, more = {}) => {
  const rows = () => [...document.querySelectorAll(selector)];
  const chosen = () => document.querySelector(`${selector}[aria-current="true"]`);

  function choose(row) {
    if (!row) return;
    for (const other of rows()) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    onChoose(row);
  }

  function step(by) {
    const all = rows();
    const at = all.indexOf(chosen());
    choose(all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]);
  }

  const keys = { j: () => step(1), k: () => step(-1), ...more };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.matches?.("input, select, textarea");
    const act = keys[event.key];
    if (!act || (typing && event.key !== "Escape")) return;
    if (act(chosen(), event) !== false) event.preventDefault();
  });
  addEventListener("click", (event) => {
    const row = event.target.closest?.(selector);
    if (row && !event.target.closest("a, button, summary, form") && row !== chosen()) choose(row);
  });
  return { choose, chosen, rows };
};
