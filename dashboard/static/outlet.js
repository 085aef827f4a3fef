// A link that belongs to a registered outlet chooses it; the server does the same for a form that chose none.
"use strict";

(() => {
  const link = document.querySelector("#record input[name=link]");
  const choice = document.querySelector("#record select[name=outlet]");
  if (!link || !choice) return;
  let byHand = choice.value !== "";

  function under(address, typed) {
    const rest = typed.slice(address.length);
    return address && typed.startsWith(address) && (!rest || "/?&".includes(rest[0]) || "/?&=".includes(address.at(-1)));
  }

  function written(text) {
    try {
      const url = new URL(text);
      return url.host.replace(/^www\./, "") + url.pathname + url.search;
    } catch {
      return "";
    }
  }

  function recognise() {
    if (byHand) return;
    const typed = written(link.value.trim());
    const found = [...choice.options]
      .filter((option) => under(option.dataset.address ?? "", typed))
      .sort((one, other) => other.dataset.address.length - one.dataset.address.length);
    choice.value = found[0]?.value ?? "";
  }

  link.addEventListener("input", recognise);
  choice.addEventListener("change", () => { byHand = choice.value !== ""; });
})();
