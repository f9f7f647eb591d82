/* Every page of a shared screen: it asks "Still there?", clears itself, forgets on leaving, and takes a shaky tap for
   one tap. Everything on the page works without this script; the idle reset alone needs it. */

const asking = document.getElementById("still-there");
const seconds = (name) => Number(asking.dataset[name]) * 1000;
const clearAfter = seconds("clearAfter");
let lastTouch = 0; // A page that rests has nothing to clear before the first touch.
let askedAt = 0;

/* The idle reset. There is no limit to how often it may be put off. */
const touched = () => {
  if (!askedAt) lastTouch = Date.now();
};

/* Whether words stand here that somebody may be writing down: that takes long, and is no touch. */
const copied = () => [...document.querySelectorAll(".code-words")].some((words) => words.offsetParent);

/* Only on a whole tap or key on the question: its second half must not land on what lies below. */
const stay = () => {
  askedAt = 0;
  lastTouch = Date.now();
  if (asking.close) asking.close();
  else asking.removeAttribute("open");
};

const clear = () => {
  lastTouch = 0; // Once is enough.
  wipe();
  location.replace(asking.dataset.clear);
};

const look = () => {
  if (!lastTouch) return;
  const now = Date.now();
  if (askedAt) {
    if (now - askedAt >= clearAfter) clear();
  } else if (now - lastTouch >= seconds(copied() ? "askSlowly" : "askAfter")) {
    askedAt = now;
    asking.classList.toggle("still-there-beside", copied()); // What is being written down is never covered.
    if (asking.showModal && !copied()) asking.showModal();
    else asking.setAttribute("open", "");
    asking.querySelector("[data-stay]").focus();
    asking.dispatchEvent(new Event("still-there", { bubbles: true })); // It is read to whoever listened.
  }
};

for (const kind of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
  document.addEventListener(kind, touched, { capture: true, passive: true });
}
asking.addEventListener("click", (event) => { // Beside the box counts too. Who has it read gets the whole time again.
  if (event.target.closest(".aloud")) askedAt = Date.now();
  else stay();
});
asking.addEventListener("cancel", stay);
if (!("rests" in asking.dataset)) touched();
for (const line of document.querySelectorAll("[data-with-scripts]")) line.hidden = false;
for (const line of document.querySelectorAll("[data-without-scripts]")) line.hidden = true;
setInterval(look, 500);
document.addEventListener("visibilitychange", look);

/* Leaving: the browser may keep this page for the Back button. It keeps an empty one. */
const wipe = () => {
  document.dispatchEvent(new Event("hush"));
  for (const form of document.forms) form.reset();
  for (const field of document.querySelectorAll("input, textarea")) field.value = "";
  document.body.textContent = ""; // An old tablet has no replaceChildren().
};
addEventListener("pagehide", wipe);
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  if (asking.dataset.start) location.replace(asking.dataset.start); // The answer to a form: never asked for again.
  else location.reload();
});

/* A second tap within 600 ms, on the same control or on the page that just came, is no second wish. */
let lastTap = 0; // The moment this page was asked for.
let lastTarget = null;
document.addEventListener("click", (event) => {
  const control = event.target.closest("a, button, summary, .choice");
  if (!control || event.detail === 0) return; // 0: from the keyboard, or set off by a label.
  const again = event.timeStamp - lastTap < 600 && (control === lastTarget || lastTarget === null);
  if (again) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  lastTap = event.timeStamp;
  lastTarget = control;
}, true);

/* What reads aloud comes last: the screen can be used before it is there. */
const aloud = document.querySelector("[data-aloud]");
addEventListener("load", () => {
  if (!aloud) return;
  document.head.append(Object.assign(document.createElement("script"), { type: "module", src: aloud.dataset.script }));
});
