// A page that waits for an answer of the crawler: says how far it is, and opens itself anew when the answer is there.
"use strict";

(() => {
  const EVERY = 1000;
  const LATER = 5000;
  const started = Huiying.now();

  async function look() {
    const box = document.getElementById("waiting");
    const answer = await Huiying.ask(`/sources/asks/${box.dataset.ask}`);
    if (answer?.status === 200) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("waiting");
      if (fresh.dataset.done) return location.reload();
      if (fresh.textContent !== box.textContent) box.replaceChildren(...fresh.childNodes);
    }
    setTimeout(look, Huiying.now() - started > 120000 ? LATER : EVERY);
  }

  setTimeout(look, EVERY);
})();
