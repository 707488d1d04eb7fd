// The library with a script: files dropped or chosen are sent, their reading is followed page by
// page. Without it the same form posts, and the page of the job comes again by itself.

const form = document.querySelector("[data-drop]");
const jobs = document.querySelector("[data-jobs]");
const table = document.querySelector("[data-table]");

async function part(url) {
  const answer = await fetch(url, { headers: { "X-Fragment": "1" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(answer.statusText);
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  return holder.content;
}

function follow(card) {
  const events = new EventSource(card.dataset.events);
  events.addEventListener("job", async ({ data }) => {
    const job = JSON.parse(data);
    card.querySelector("[data-told]").textContent = job.message;
    const bar = card.querySelector("[data-bar]");
    if (job.units) {
      bar.max = job.units;
      bar.value = job.units_done;
    } else bar.removeAttribute("value");
    if (job.status !== "done" && job.status !== "failed") return;
    events.close();
    try {
      card.replaceWith(await part(`/library/jobs/${job.job_id}`));
      if (table) table.replaceChildren(await part(`/library${location.search}`));
    } catch {
      card.querySelector("[data-told]").textContent = card.dataset.lost;
    }
  });
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) card.querySelector("[data-told]").textContent = card.dataset.lost;
  });
}

document.querySelectorAll("[data-events]").forEach(follow);

// --- sending --------------------------------------------------------------------------------------

function say(words, bad = false) {
  const place = form.querySelector("[data-status]");
  place.textContent = words;
  place.classList.toggle("bad", bad);
}

function send(files) {
  const size = [...files].reduce((sum, file) => sum + file.size, 0);
  if (size > form.dataset.max * 2 ** 20) return say(form.dataset.large, true);
  const body = new FormData();
  for (const file of files) body.append("files", file, file.name);
  const request = new XMLHttpRequest(); // fetch does not tell how much was sent
  request.open("POST", "/documents");
  request.setRequestHeader("Accept-Language", document.documentElement.lang);
  request.upload.onprogress = (e) =>
    say(form.dataset.sending.replace("%", Math.floor((100 * e.loaded) / (e.total || 1))));
  request.onload = () => arrived(request);
  request.onerror = () => say(form.dataset.unsent, true);
  form.setAttribute("aria-busy", "true");
  request.onloadend = () => form.removeAttribute("aria-busy");
  request.send(body);
}

async function arrived(request) {
  let told = {};
  try {
    told = JSON.parse(request.responseText);
  } catch {
    return say(form.dataset.unsent, true);
  }
  if (request.status >= 400) return say(told.detail || form.dataset.unsent, true);
  form.reset();
  if (!told.job_id) return say(told.files.map((f) => `${f.name} : ${f.message}`).join(" ; "));
  say("");
  jobs.prepend(await part(`/library/jobs/${told.job_id}`));
  const card = jobs.querySelector("[data-events]");
  if (card) follow(card);
  else table.replaceChildren(await part("/library")); // it was over before we looked
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form.querySelector("input[type=file]").files);
  });
  for (const name of ["dragenter", "dragover"])
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) send(event.dataTransfer.files);
  });
}
