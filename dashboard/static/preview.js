// The chosen article beside the list.
"use strict";

(() => {
  const pane = document.getElementById("preview");
  const list = document.querySelector(".articles");
  if (!list) return;
  let asked = 0;

  async function show(row) {
    const mine = ++asked;
    const words = new URLSearchParams({ words: list.dataset.words, list: location.search });
    const answer = await Huiying.ask(`/articles/${row.dataset.id}/preview?${words}`);
    if (mine === asked && answer?.status === 200) {
      pane.innerHTML = await answer.text();
      pane.scrollTop = 0;
    }
  }

  const rows = Huiying.rows(".articles > li", show, {
    Enter: (row, event) => {
      if (!row || event.target.closest("a, button, summary")) return false;
      location.assign(row.querySelector("a").href);
    },
  });
  const back = location.hash.startsWith("#article-") && document.getElementById(location.hash.slice(1));
  if (back) rows.choose(back);
  else if (matchMedia("(min-width: 1100px)").matches) {
    rows.rows()[0].setAttribute("aria-current", "true");
    show(rows.rows()[0]);
  }
})();
