/* "Hide this" without a trace in the history: the page that hides takes the place of the page that showed.
   Without this script it is a plain link; what the browser then still holds opens nothing (carried.py). */
document.addEventListener("click", (event) => {
  const hide = event.target.closest("[data-hide]");
  if (!hide) return;
  event.preventDefault();
  document.dispatchEvent(new Event("hush"));
  location.replace(hide.href);
});
