// Brings a page part to what the server says now: only rows that changed are touched, and none that a person is using.
"use strict";

Huiying.reconcile = (root, fresh) => {
  const busy = (node) =>
    node.contains(document.activeElement) && document.activeElement.matches("input, select, textarea, button, summary") ||
    node.querySelector("details[open]") !== null;

  function highlight(node) {
    node.classList.add("fresh");
    setTimeout(() => node.classList.remove("fresh"), 2000);
  }

  function keep(old, row) {
    if (old.dataset.rev === row.dataset.rev) return old;
    if (busy(old)) return old;
    old.replaceWith(row);
    highlight(row);
    if (old.getAttribute("aria-current")) row.setAttribute("aria-current", "true");
    if (old === document.activeElement) row.focus({ preventScroll: true });
    return row;
  }

  function gone(old) {
    if (!busy(old)) return old.remove();
    if (old.dataset.gone) return;
    old.dataset.gone = "1";
    const words = document.createElement("p");
    words.className = "trouble";
    words.setAttribute("role", "alert");
    words.textContent = "这一条刚刚由他人处理，填写的内容不会提交。";
    old.append(words);
    for (const button of old.querySelectorAll("[data-submit]")) button.disabled = true;
  }

  function list(old, wanted) {
    const known = new Map([...old.children].map((node) => [node.dataset.key, node]));
    let place = old.firstElementChild;
    for (const row of [...wanted.children]) {
      const before = known.get(row.dataset.key);
      known.delete(row.dataset.key);
      const atPlace = before !== undefined && before === place;
      const node = before ? keep(before, row) : row;
      if (!before) highlight(node);
      if (atPlace) place = node.nextElementSibling;
      else old.insertBefore(node, place);
    }
    for (const node of known.values()) gone(node);
  }

  for (const part of fresh.querySelectorAll("[data-swap]")) {
    const old = document.getElementById(part.id);
    if (old && old.dataset.rev !== part.dataset.rev) old.replaceWith(part);
  }
  for (const wanted of fresh.querySelectorAll("[data-list]")) {
    const old = root.querySelector(`[data-list="${wanted.dataset.list}"]`);
    if (old) list(old, wanted);
  }
};
