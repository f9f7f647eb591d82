/* Calling a vote: the kinds lie in folds, and only what the chosen one needs is shown. Without this script all of it
   is shown, and says what it is for. */

const form = document.querySelector("form[data-call-vote]");
const folds = [...form.querySelectorAll("[data-kinds] details")];
const show = () => {
  const kind = form.elements.kind.value;
  for (const part of form.querySelectorAll("[data-for]")) {
    part.hidden = !part.dataset.for.split(" ").includes(kind);
    if (!part.matches("option")) continue;
    part.disabled = part.hidden; // Some browsers show an option that is hidden.
    if (part.hidden && part.selected) part.parentElement.value = "";
  }
  for (const words of form.querySelectorAll("[data-for-words]")) words.hidden = true;
  for (const rest of form.querySelectorAll("[data-rest]")) rest.hidden = !kind;
  const looks = !kind || folds.some((fold) => fold.open);
  for (const fold of folds) {
    const chosen = fold.querySelector("input:checked");
    const words = chosen && chosen.closest("label").querySelector(".choice-words").firstChild.textContent.trim();
    fold.querySelector("[data-chosen]").textContent = words ? `: ${words}` : "";
    fold.hidden = !chosen && !looks; // The other kinds come when somebody looks for another one.
  }
};

// A tap chooses, and the kinds fold together. Who walks through them by key goes on where they are.
let tapped = false;
const kinds = form.querySelector("[data-kinds]");
kinds.addEventListener("pointerdown", () => { tapped = true; });
kinds.addEventListener("keydown", () => { tapped = false; });
kinds.addEventListener("change", (event) => {
  if (!tapped) return;
  for (const fold of folds) fold.open = false;
  event.target.closest("details").querySelector("summary").focus();
});

form.addEventListener("change", show);
const refused = form.querySelector("[role=alert]") && !form.elements.kind.value;
for (const fold of folds) {
  fold.open = Boolean(refused);
  fold.addEventListener("toggle", show);
}
show();
