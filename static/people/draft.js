/* A long form keeps its draft by itself: some seconds after a word was typed, sealed on the server to its writer.
   Without this script the button beside it does. While an older draft waits to be opened, nothing takes its place. */
const SECONDS = 4;
const box = document.querySelector("[data-draft]");
const form = box && box.closest("form");
const sending = new AbortController();
let due = 0;

const keep = async () => {
  due = 0;
  let kept = false;
  try {
    const answer = await fetch(box.dataset.draft, {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" },
      signal: sending.signal,
    });
    kept = answer.status === 204;
  } catch {
    if (sending.signal.aborted) return;
  }
  box.querySelector("[role=status]").textContent = kept ? box.dataset.kept : box.dataset.notKept;
};

if (form && !document.querySelector("[data-draft-waits]")) {
  form.addEventListener("input", () => {
    due ||= setTimeout(keep, SECONDS * 1000);
  });
  form.addEventListener("submit", () => {
    clearTimeout(due);
    sending.abort(); // What is sent leaves no draft behind.
  });
}
