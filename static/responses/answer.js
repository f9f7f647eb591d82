/* Answering the board: what a plain yes does not need opens once something else is chosen, and folds again with a yes
   if nothing was written there. Without this script it is a fold to open. */

const form = document.querySelector("form[data-answer]");
const beside = form.querySelector("[data-beside]");
const isWritten = () => [...beside.querySelectorAll("input, textarea")].some(
  (field) => (field.type === "checkbox" ? field.checked : field.value),
);
const show = () => {
  const { value } = form.elements.answer;
  if (value) beside.open = value !== "yes" || isWritten();
};

form.addEventListener("change", (event) => {
  if (event.target.name === "answer") show();
});
show();
