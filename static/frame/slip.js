/* Printing what is shown once. Without this script the browser's own menu prints the same. */
const offer = () => {
  for (const part of document.querySelectorAll("[data-print]")) {
    part.hidden = false;
    part.addEventListener("click", () => print());
  }
};
offer();
document.addEventListener("renewed", offer);
