// The sentence at the top, kept fresh on every page; says so at once when the server or the sign-in is gone.
"use strict";

Huiying.PASSIVE = { "X-Huiying-Passive": "1" };

Huiying.ask = async (address, headers = {}) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 8000);
  try {
    const answer = await fetch(address, {
      headers: { ...Huiying.PASSIVE, ...headers },
      cache: "no-store",
      redirect: "error",
      signal: stop.signal,
    });
    if (answer.status === 401) Huiying.lost("登录已过期，本页不再更新。请重新登录；已登记的内容都在。");
    else if (answer.status !== 304 && !answer.ok) Huiying.unreachable();
    else Huiying.reached(answer);
    return answer;
  } catch {
    Huiying.unreachable();
    return null;
  } finally {
    clearTimeout(timer);
  }
};

Huiying.lost = (words) => {
  const bar = document.getElementById("lost");
  if (bar.textContent !== words) bar.textContent = words;
  bar.hidden = false;
};

Huiying.unreachable = () => {
  Huiying.since ??= new Date(Huiying.heard ?? Huiying.now());
  const at = new Date(Huiying.since.getTime() + 8 * 3600000).toISOString().slice(11, 19);
  Huiying.lost(`连不上服务器，页面内容停在 ${at}；倒计时仍在走。请检查网络，仍不行请打电话给系统管理员。`);
};

Huiying.reached = (answer) => {
  Huiying.hear(answer.headers.get("X-Huiying-Now"));
  Huiying.heard = Huiying.now();
  Huiying.since = null;
  document.getElementById("lost").hidden = true;
  for (const beat of (answer.headers.get("X-Huiying-Beats") ?? "").split(";")) {
    const [name, at] = beat.split("=");
    for (const node of document.querySelectorAll(`[data-beat="${name}"]`)) {
      if (node.dataset.ago) node.dataset.ago = at;
      else node.textContent = new Date(Number(at) + 8 * 3600000).toISOString().slice(11, 19);
    }
  }
};

(() => {
  const EVERY = 10000;
  const pulse = document.getElementById("pulse");

  async function beat() {
    const answer = await Huiying.ask("/pulse");
    if (answer?.status === 200) pulse.innerHTML = await answer.text();
    setTimeout(beat, EVERY);
  }

  setTimeout(beat, EVERY);
})();
