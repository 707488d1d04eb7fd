// The reader's niceties: a word and its box light together, zoom, and the form without a reload.

const words = [...document.querySelectorAll("[data-words] .w")];
const pane = document.querySelector("[data-pane]");
const sheet = document.querySelector("[data-print]");
const dialog = document.querySelector("#fix");
const number = (word) => word.id.slice(1);
const boxes = (n) => [...document.querySelectorAll(`.box[data-w="${n}"]`)];
const wordOf = (box) => document.getElementById(`w${box.dataset.w}`);

for (const hint of document.querySelectorAll("[data-plain]")) hint.hidden = true;
for (const hint of document.querySelectorAll("[data-scripted]")) hint.hidden = false;

// --- a word and its box -------------------------------------------------------------------------

function light(word) {
  for (const old of document.querySelectorAll(".w.on, .box.on")) old.classList.remove("on");
  if (!word) return;
  word.classList.add("on");
  for (const box of boxes(number(word))) box.classList.add("on");
}

/** Bring the box of a word into sight on the image, when it is not. */
function showBox(word) {
  const box = boxes(number(word))[0];
  if (!box || !pane) return;
  const at = box.getBoundingClientRect();
  const frame = pane.getBoundingClientRect();
  const top = Math.max(0, frame.top); // what the window leaves of the pane
  const bottom = Math.min(frame.bottom, window.innerHeight);
  if (at.top >= top && at.bottom <= bottom && at.left >= frame.left && at.right <= frame.right) return;
  pane.scrollBy({ top: (at.top + at.bottom - top - bottom) / 2, left: (at.left + at.right - frame.left - frame.right) / 2 });
}

let current = words.find((word) => word.classList.contains("on")) || words.find((word) => word.classList.contains("cited")) || words[0];

/** One word is in the tab order; arrows move to the others. */
function take(word) {
  if (current) current.tabIndex = -1;
  current = word;
  word.tabIndex = 0;
}

function reach(word) {
  take(word);
  word.focus({ preventScroll: true });
  word.scrollIntoView({ block: "nearest", inline: "nearest" });
}

for (const word of words) {
  word.tabIndex = -1;
  word.addEventListener("pointerenter", () => { light(word); showBox(word); });
  word.addEventListener("focus", () => { take(word); light(word); showBox(word); });
}
if (current) {
  current.tabIndex = 0;
  if (current.matches(".on, .cited")) {
    const image = pane?.querySelector("img");
    showBox(current);
    if (image && !image.complete) image.addEventListener("load", () => showBox(current), { once: true });
    if (!location.hash && current.offsetTop > window.innerHeight) current.scrollIntoView({ block: "center" });
  }
}

document.querySelector(".boxes")?.addEventListener("click", (event) => {
  const box = event.target.closest(".box");
  if (!box) return;
  event.preventDefault();
  if (moved) return;
  const word = wordOf(box);
  if (word) reach(word);
});

document.querySelector(".boxes")?.addEventListener("pointerover", (event) => {
  const box = event.target.closest(".box");
  if (box && !held) light(wordOf(box));
});

// --- keyboard -----------------------------------------------------------------------------------

/** The word above or below: of the next printed line, the nearest in x. */
function across(word, step) {
  const lines = [...document.querySelectorAll("[data-words] .line")];
  const line = lines[lines.indexOf(word.closest(".line")) + step];
  if (!line) return null;
  const x = (one) => { const at = one.getBoundingClientRect(); return at.left + at.width / 2; };
  return [...line.querySelectorAll(".w")].sort((a, b) => Math.abs(x(a) - x(word)) - Math.abs(x(b) - x(word)))[0];
}

const MOVES = {
  ArrowRight: (word) => words[words.indexOf(word) + 1],
  ArrowLeft: (word) => words[words.indexOf(word) - 1],
  ArrowDown: (word) => across(word, 1),
  ArrowUp: (word) => across(word, -1),
  Home: () => words[0],
  End: () => words.at(-1),
};

document.querySelector("[data-words]")?.addEventListener("keydown", (event) => {
  const word = event.target.closest(".w");
  const move = MOVES[event.key];
  if (!word || !move || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const next = move(word);
  if (next) reach(next);
});

document.querySelector("[data-next-doubt]")?.addEventListener("click", (event) => {
  event.preventDefault();
  const at = words.indexOf(current);
  const later = [...words.slice(at + 1), ...words.slice(0, at + 1)];
  const on = document.querySelector(".w.on") ? later : words;
  const next = on.find((word) => word.matches(".d1, .d2"));
  if (next) reach(next);
});

// --- zoom and drag ------------------------------------------------------------------------------

let scale = 1;

function zoom(way) {
  const middle = { x: (pane.scrollLeft + pane.clientWidth / 2) / pane.scrollWidth, y: (pane.scrollTop + pane.clientHeight / 2) / pane.scrollHeight };
  scale = way === "fit" ? 1 : Math.min(5, Math.max(1, way === "in" ? scale * 1.35 : scale / 1.35));
  sheet.style.width = `${100 * scale}%`;
  pane.scrollTo({ left: middle.x * pane.scrollWidth - pane.clientWidth / 2, top: middle.y * pane.scrollHeight - pane.clientHeight / 2, behavior: "instant" });
}

for (const button of document.querySelectorAll("[data-scale]")) button.addEventListener("click", () => zoom(button.dataset.scale));

document.addEventListener("keydown", (event) => {
  if (!pane || dialog.open || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  const way = { "+": "in", "=": "in", "-": "out", "−": "out" }[event.key];
  if (way) { event.preventDefault(); zoom(way); }
});

let held = null;
let moved = false;

pane?.addEventListener("pointerdown", (event) => {
  moved = false;
  if (event.pointerType !== "mouse" || event.button) return;
  held = { x: event.clientX, y: event.clientY, left: pane.scrollLeft, top: pane.scrollTop };
});
window.addEventListener("pointermove", (event) => {
  if (!held) return;
  const by = { x: event.clientX - held.x, y: event.clientY - held.y };
  if (Math.abs(by.x) + Math.abs(by.y) > 4) moved = true;
  if (!moved) return;
  pane.classList.add("held");
  pane.scrollTo({ left: held.left - by.x, top: held.top - by.y, behavior: "instant" });
});
window.addEventListener("pointerup", () => { held = null; pane?.classList.remove("held"); });
sheet?.addEventListener("dragstart", (event) => event.preventDefault());

const picture = pane?.querySelector("img");
const lost = () => { document.querySelector("[data-image-failed]").hidden = false; };
if (picture) picture.complete && !picture.naturalWidth ? lost() : picture.addEventListener("error", lost, { once: true });

// --- before and after ---------------------------------------------------------------------------

for (const link of document.querySelectorAll("a[data-mode]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    document.querySelector("[data-words]").dataset.mode = link.dataset.mode;
    for (const other of document.querySelectorAll("a[data-mode]")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    const address = new URL(location.href);
    address.searchParams.set("text", link.dataset.mode);
    history.replaceState(null, "", address);
  });
}

// --- the form -----------------------------------------------------------------------------------

let opener = null;

async function part(url, options = {}) {
  const answer = await fetch(url, { ...options, headers: { "X-Fragment": "1" }, credentials: "same-origin" });
  const text = await answer.text();
  const html = (answer.headers.get("content-type") || "").includes("html");
  if (!html) throw new Error(JSON.parse(text).detail);
  return text;
}

function ready() {
  const field = dialog.querySelector("[name=after]");
  field?.focus();
  field?.select();
}

async function open(link) {
  try {
    const html = await part(link.href.split("#")[0]);
    dialog.innerHTML = html;
    if (dialog.open && !dialog.matches(":modal")) dialog.close();
    if (!dialog.open) dialog.showModal();
    ready();
  } catch {
    location.assign(link.href);
  }
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const word = event.target.closest("[data-words] .w");
  const refill = event.target.closest("[data-refill]");
  if (word || refill) {
    event.preventDefault();
    if (word) { opener = word; reach(word); }
    open(word || refill);
  } else if (event.target.closest("[data-close-fix]") || event.target === dialog) {
    event.preventDefault();
    dialog.close();
  }
});

dialog?.addEventListener("close", () => { if (opener) reach(opener); });

dialog?.addEventListener("submit", async (event) => {
  const form = event.target;
  event.preventDefault();
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    const first = form.elements.first.value;
    dialog.innerHTML = await part(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (dialog.querySelector("[data-sent]")) {
      document.getElementById(`w${first}`)?.classList.add("waits");
      dialog.querySelector("[data-close-fix]").focus();
    } else ready();
  } catch (error) {
    button.disabled = false;
    form.querySelector("#fix-error").textContent = error instanceof TypeError ? form.dataset.failed : error.message || form.dataset.failed;
  }
});

if (dialog?.open) {
  opener = words.find((word) => word.classList.contains("on")) || null;
  dialog.close();
  dialog.showModal();
  ready();
}
