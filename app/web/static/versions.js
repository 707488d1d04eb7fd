// The questions that change are asked for without leaving the page; the link works without this.
const place = document.querySelector("[data-changes]");
const link = place?.querySelector("[data-load]");

link?.addEventListener("click", async (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (place.getAttribute("aria-busy") === "true") return;
  const said = place.querySelector("[data-said]");
  place.setAttribute("aria-busy", "true");
  said.textContent = link.dataset.busy;
  try {
    const answer = await fetch(link.href, { headers: { "X-Fragment": "1" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error();
    place.innerHTML = await answer.text();
  } catch {
    said.textContent = link.dataset.failed;
  } finally {
    place.removeAttribute("aria-busy");
  }
});
