// What the page does without a reload. Every link and form here works without this script.

const FRAGMENT = { "X-Fragment": "1" };
const result = document.querySelector("#result");
document.documentElement.classList.add("scripted");

async function fetchPart(url, options = {}) {
  const answer = await fetch(url, { ...options, headers: { ...FRAGMENT, ...options.headers }, credentials: "same-origin" });
  const text = await answer.text();
  if (!answer.ok) throw new Error((answer.headers.get("content-type") || "").includes("json") ? JSON.parse(text).detail : "");
  return text;
}

function say(form, words, bad = false) {
  const place = form.querySelector("[data-status]") || document.querySelector("#asking [data-status]");
  place.textContent = words;
  place.classList.toggle("bad", bad);
}

// --- asking -------------------------------------------------------------------------------------

async function ask(form, question, after = "") {
  const asking = document.querySelector("#asking");
  asking.setAttribute("aria-busy", "true");
  say(form, form.dataset.busy);
  try {
    const refined = document.querySelector("[data-refine]")?.closest("form");
    const body = new URLSearchParams(refined ? new FormData(refined) : {});
    body.set("question", question);
    body.set("after", after);
    result.innerHTML = await fetchPart("/", { method: "POST", body });
    document.querySelector("#question").value = question;
    document.title = `${question} — RAG Photographie`;
    asking.classList.add("asked");
    say(form, "");
    result.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
    if (document.querySelector(".sentence")) light("1");
    settle();
  } catch (error) {
    say(form, error.message || form.dataset.failed, true);
  } finally {
    asking.removeAttribute("aria-busy");
  }
}

// --- the page that proves -----------------------------------------------------------------------

const viewer = () => document.querySelector("[data-viewer]");

/** Bring the first mark into the middle of the table, once the image has its size. */
function settle() {
  const table = document.querySelector("[data-table]");
  // a photo stays in sight: its notes stand below
  const mark = table && table.querySelector(table.querySelector("img") ? "rect.mark" : ".mark");
  if (!mark) return;
  const go = () => {
    const middle = mark.getBoundingClientRect();
    const frame = table.getBoundingClientRect();
    table.scrollBy({ // both at once: a second scroll would stop the first
      top: middle.top - frame.top - frame.height / 3,
      left: middle.left + middle.width / 2 - frame.left - frame.width / 2,
    });
  };
  const image = table.querySelector("img");
  if (image && !image.complete) image.addEventListener("load", go, { once: true });
  go();
}

/** Light the sentence, the number and the source that belong together. */
function light(number) {
  for (const old of document.querySelectorAll(".on")) old.classList.remove("on");
  for (const link of document.querySelectorAll(`[data-proof="${CSS.escape(number)}"]`)) {
    link.classList.add("on");
    link.closest(".sentence")?.classList.add("on");
  }
}

async function show(link) {
  const place = viewer();
  place.setAttribute("aria-busy", "true");
  try {
    place.innerHTML = await fetchPart(link.getAttribute("href"));
    place.closest("[data-desk]")?.classList.remove("single");
    place.classList.add("open");
    settle();
  } catch {
    window.location.assign(link.href);
  } finally {
    place.removeAttribute("aria-busy");
  }
}

function zoom(way) {
  const sheet = document.querySelector("[data-sheet]");
  const now = Number(sheet.dataset.scale || 1);
  const scale = Math.min(4, Math.max(1, way === "in" ? now * 1.35 : now / 1.35));
  sheet.dataset.scale = scale;
  sheet.classList.toggle("zoomed", scale > 1);
  sheet.style.width = `${100 * scale}%`;
  settle();
}

// --- what people do -----------------------------------------------------------------------------

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches("[data-ask]")) {
    event.preventDefault();
    const question = (event.submitter?.value || form.elements.question.value || "").trim();
    if (question) await ask(form, question, form.elements.after?.value || "");
  } else if (form.matches("[data-rate], [data-keep]")) {
    event.preventDefault();
    try {
      form.outerHTML = await fetchPart(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form)) });
    } catch (error) {
      say(form, error.message || form.dataset.failed, true);
    }
  }
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const proof = event.target.closest("[data-proof], [data-step]") || event.target.closest(".sentence")?.querySelector("[data-proof]");
  if (proof && viewer()) {
    event.preventDefault();
    if (proof.dataset.proof) light(proof.dataset.proof);
    show(proof);
    return;
  }
  const way = event.target.closest("[data-zoom]")?.dataset.zoom;
  if (way) zoom(way);
  if (event.target.closest("[data-close]")) viewer().classList.remove("open");
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") viewer()?.classList.remove("open");
  if (event.key === "/" && !event.target.matches("input, textarea")) {
    event.preventDefault();
    document.querySelector("#question")?.focus();
  }
});

if (document.querySelector(".sentence")) light("1");
settle();
