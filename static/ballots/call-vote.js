/* Opening a vote: only what the chosen kind needs is shown. Without this script all of it is shown,
   and says what it is for. */

const form = document.querySelector("form[data-call-vote]");
const show = () => {
  const kind = form.elements.kind.value;
  for (const part of form.querySelectorAll("[data-for]")) {
    part.hidden = !part.dataset.for.split(" ").includes(kind);
    if (!part.matches("option")) continue;
    part.disabled = part.hidden; // Some browsers show an option that is hidden.
    if (part.hidden && part.selected) part.parentElement.value = "";
  }
  for (const words of form.querySelectorAll("[data-for-words]")) words.hidden = true;
};

form.addEventListener("change", show);
show();
