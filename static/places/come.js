/* Asking for a worker without leaving the screen. Without this script the form does the same, on a page of its own. */
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-come]");
  if (!form) return;
  event.preventDefault();
  const box = form.parentElement;
  const sent = new URLSearchParams(new FormData(form));
  sent.set("by_script", "1");
  const came = box.querySelector("[data-came]");
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent });
    if (!answer.ok) throw new Error(answer.statusText);
    came.textContent = (await answer.json()).said;
  } catch {
    came.textContent = box.querySelector("[data-not-sent]").textContent;
  }
  form.hidden = true;
  setTimeout(() => { form.hidden = false; }, 20000); // Whoever waits may ask once more; it changes nothing at the desk.
});
