// Countdowns, ages and the Beijing time, once a second, by the server's clock. Writes the same text as words.countdown.
"use strict";

const Huiying = {
  offset: Number(document.body.dataset.now) - Date.now(),
  now() {
    return Date.now() + this.offset;
  },
  hear(stamp) {
    if (stamp) this.offset = Number(stamp) - Date.now();
  },
};

(() => {
  const two = (n) => String(n).padStart(2, "0");

  function countdown(left) {
    const total = Math.floor(Math.abs(left) / 1000);
    const days = total >= 360000 ? Math.floor(total / 86400) : 0;
    const rest = total - days * 86400;
    const clock = `${Math.floor(rest / 3600)}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
    return (left < 0 ? "逾期 " : "") + (days ? `${days}天 ` : "") + clock;
  }

  function span(length) {
    const total = Math.max(0, Math.floor(length / 1000));
    if (total < 60) return `${total}秒`;
    if (total < 3600) return `${Math.floor(total / 60)}分`;
    const hours = Math.floor(total / 3600);
    const minutes = Math.floor(total / 60) % 60;
    if (hours < 48) return minutes ? `${hours}小时${minutes}分` : `${hours}小时`;
    return hours % 24 ? `${Math.floor(hours / 24)}天${hours % 24}小时` : `${Math.floor(hours / 24)}天`;
  }

  function write(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  function tick() {
    const now = Huiying.now();
    for (const node of document.querySelectorAll("[data-due]")) {
      const left = Number(node.dataset.due) - now;
      write(node, countdown(left));
      node.classList.toggle("overdue", left < 0);
    }
    for (const node of document.querySelectorAll("[data-ago]")) write(node, span(now - Number(node.dataset.ago)));
    for (const node of document.querySelectorAll("[data-to]")) {
      const from = Number(node.dataset.from);
      const part = (now - from) / (Number(node.dataset.to) - from);
      node.setAttribute("width", (Math.min(Math.max(part, 0), 1) * 1000).toFixed(1));
    }
    const beijing = document.getElementById("beijing");
    if (beijing) write(beijing, new Date(now + 8 * 3600000).toISOString().slice(11, 19));
    setTimeout(tick, 1000 - (Huiying.now() % 1000));
  }

  tick();
  addEventListener("pageshow", (event) => event.persisted && location.reload());
})();
