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

let leave = null; // stops the answer under way

async function ask(form, question, after = "") {
  leave?.abort();
  const mine = (leave = new AbortController());
  const asking = document.querySelector("#asking");
  asking.setAttribute("aria-busy", "true");
  say(form, form.dataset.busy);
  try {
    const refined = document.querySelector("[data-refine]")?.closest("form");
    const body = new URLSearchParams(refined ? new FormData(refined) : {});
    body.set("question", question);
    body.set("after", after);
    const answer = await fetch("/ask/page", { method: "POST", body, signal: mine.signal, credentials: "same-origin" });
    if (!answer.ok) throw new Error(await reason(answer));
    let whole = false;
    for await (const [name, data] of events(answer.body)) {
      if (name === "pages") draft(data.html);
      else if (name === "token") write(data.text);
      else if (name === "error") throw new Error(data.detail);
      else if (name === "answer") {
        whole = true;
        arrive(data.html, question);
      }
    }
    if (!whole) throw new Error(asking.dataset.cut);
    say(form, "");
  } catch (error) {
    if (mine !== leave) return; // another question was asked meanwhile
    const stopped = error.name === "AbortError";
    const half = document.querySelector("[data-draft]") ? asking.dataset.cut : "";
    const why = error instanceof TypeError ? half : error.message; // TypeError: the line was lost
    say(form, stopped ? asking.dataset.stopped : why || form.dataset.failed, !stopped);
    document.querySelector("[data-draft]")?.classList.add("cut");
    document.querySelector("[data-stop]")?.remove();
  } finally {
    if (mine === leave) asking.removeAttribute("aria-busy");
  }
}

/** The events of a stream, each a name and its data. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(part) || [];
      if (name) yield [name, JSON.parse(data)];
    }
  }
}

async function reason(answer) {
  const told = (answer.headers.get("content-type") || "").includes("json");
  return told ? (await answer.json()).detail : "";
}

/** The pages found, and the place where a model's text comes before its proofs. */
function draft(found) {
  result.innerHTML = `<div class="draft" data-draft>${found}<p class="text" data-tokens></p><p class="quiet" data-provisional hidden></p></div>`;
  result.querySelector("[data-provisional]").textContent = document.querySelector("#asking").dataset.provisional;
}

function write(text) {
  const place = document.querySelector("[data-tokens]");
  if (!place) return;
  place.textContent += text;
  const note = document.querySelector("[data-provisional]");
  if (!note.hidden) return;
  note.hidden = false;
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "plain-button";
  stop.dataset.stop = "";
  stop.textContent = document.querySelector("#asking").dataset.stopLabel;
  note.after(stop);
}

function arrive(content, question) {
  result.innerHTML = content;
  document.querySelector("#question").value = question;
  document.title = `${question} — RAG Photographie`;
  document.querySelector("#asking").classList.add("asked");
  result.focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
  if (document.querySelector(".sentence")) light("1");
  settle();
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

/** « La bonne page est ici » : the page in the viewer goes into the form beside the answer. */
function here(button) {
  const form = document.querySelector("form[data-rate]");
  if (!form) return;
  form.querySelector("details").open = true;
  form.elements.right_document.value = button.dataset.document;
  form.elements.right_page.value = button.dataset.here;
  say(form, button.dataset.done);
  viewer().classList.remove("open");
  form.scrollIntoView({ block: "center" });
  form.querySelector("input[name=rating]").focus({ preventScroll: true });
}

// a sentence under the mouse opens its page, once the hand rests
let resting = 0;
document.addEventListener("mouseover", (event) => {
  clearTimeout(resting);
  const sentence = event.target.closest(".sentence:not(.on)");
  const proof = sentence?.querySelector("[data-proof]");
  if (!proof || !viewer() || !matchMedia("(hover: hover) and (min-width: 901px)").matches) return;
  resting = setTimeout(() => {
    light(proof.dataset.proof);
    show(proof);
  }, 250);
});

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
  if (event.target.closest("[data-stop]")) leave?.abort();
  if (event.target.closest("[data-print]")) window.print();
  const place = event.target.closest("[data-here]");
  if (place) here(place);
  const way = event.target.closest("[data-zoom]")?.dataset.zoom;
  if (way) zoom(way);
  if (event.target.closest("[data-close]")) viewer().classList.remove("open");
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    if (document.querySelector("[data-draft]")) leave?.abort();
    viewer()?.classList.remove("open");
  }
  if (event.key === "/" && !event.target.matches("input, textarea")) {
    event.preventDefault();
    document.querySelector("#question")?.focus();
  }
});

const menu = document.querySelector(".menu");
const openNow = menu?.querySelector("[aria-current]"); // on a phone the menu slides: what is open stays in sight
if (openNow) menu.scrollLeft = openNow.offsetLeft - menu.offsetLeft - (menu.clientWidth - openNow.offsetWidth) / 2;

if (document.querySelector(".sentence")) light("1");
settle();
