// Tells an open page that another release answers now. The page prints the one that made it.
const EVERY_MS = 30_000;
const made = document.querySelector("[data-release]")?.dataset.release;
const notice = document.querySelector("[data-fresh]");

async function look() {
  if (document.hidden || !notice.hidden) return;
  try {
    const now = await (await fetch("/health/ready", { cache: "no-store" })).json();
    if (now.release) notice.hidden = now.release === made;
  } catch { /* the service is away: nothing to tell yet */ }
}

if (made && notice) {
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  setInterval(look, EVERY_MS);
  notice.querySelector("button").addEventListener("click", () => window.location.reload());
}
