// The page works without this. With it, it stays up to date by itself.
"use strict";
(() => {
  const every = 5000;
  const live = () => document.querySelector("main[data-live]");
  if (!live()) return;

  async function refresh() {
    if (document.hidden || live().contains(document.activeElement) || String(getSelection())) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const side = document.querySelector(".side"), scroll = live().querySelector(".scroll")?.scrollLeft;
    live().replaceWith(fresh.querySelector("main[data-live]"));
    side.replaceWith(fresh.querySelector(".side"));
    if (scroll) live().querySelector(".scroll").scrollLeft = scroll;
  }

  setInterval(() => refresh().catch(() => { /* the daemon restarts; the next one comes */ }), every);
})();
