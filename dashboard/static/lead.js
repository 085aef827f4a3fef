// A lead that was just entered: the page shows the system's verdict as soon as it is there, and takes away no entered word.
"use strict";

(() => {
  const EVERY = 1500;
  const waiting = document.getElementById("waiting");
  if (!waiting) return;
  let touched = false;
  document.getElementById("judge").addEventListener("input", () => (touched = true));

  async function look() {
    const answer = await Huiying.ask(location.pathname);
    if (answer?.status === 200) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("waiting");
      if (!fresh && !touched) return location.reload();
      if (!fresh) {
        waiting.firstElementChild.textContent = "系统初判已完成，填写的内容没有动。";
        return;
      }
      waiting.firstElementChild.textContent = fresh.firstElementChild.textContent;
    }
    setTimeout(look, EVERY);
  }

  setTimeout(look, EVERY);
})();
