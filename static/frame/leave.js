/* The quick exit of one's own phone: the page is blank at once, and the way out takes its place in the history.
   Shift pressed three times, alone and soon after one another, does the same. Without this script it is a link.
   What lies in localStorage stays: a pass, of which there is no second one. */
const wayOut = document.querySelector("[data-leave]");
const SOON = 5000; // Milliseconds between two presses.

/* Where the way out does not answer: what a code opened has a cookie that a script can drop (kept_code.py), and a mark
   has the next answer end the visit (shared_screen.py). The way out takes the mark away. */
const forget = () => {
  const folder = new URL(wayOut.href).pathname.replace(/\/leave$/, "");
  const [begins, secure] = location.protocol === "https:" ? ["__Secure-", "; Secure"] : ["", ""];
  document.cookie = `left=1; SameSite=Lax; Path=${folder || "/"}${secure}`;
  document.cookie = `${begins}opened=; Max-Age=0; SameSite=Lax; Path=${folder}/code${secure}`;
};

const leave = () => {
  document.dispatchEvent(new Event("hush"));
  document.title = "";
  document.body.textContent = "";
  forget();
  location.replace(wayOut.href);
  sessionStorage.clear(); // What waits in this tab, also where the way out does not answer.
};

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-leave]")) return;
  event.preventDefault();
  leave();
});

let presses = 0;
let alone = false;
let last = 0;
document.addEventListener("keydown", (event) => {
  alone = event.key === "Shift";
  if (!alone) presses = 0;
}, true);
document.addEventListener("keyup", (event) => {
  if (event.key !== "Shift" || !alone) return;
  presses = event.timeStamp - last < SOON ? presses + 1 : 1;
  last = event.timeStamp;
  if (presses === 3) leave();
}, true);

/* Out of the browser's own memory comes no blank page, and none with what was left. */
addEventListener("pageshow", (event) => {
  if (event.persisted && !document.body.children.length) location.reload();
});

/* The marks on a ballot that nobody came back to in time (ballots/marks.js) go with whatever page comes next. */
try {
  for (const name of Object.keys(sessionStorage).filter((each) => each.startsWith("marks of "))) {
    if (parseInt(sessionStorage.getItem(name), 10) < Date.now()) sessionStorage.removeItem(name);
  }
} catch { /* A browser that keeps nothing for this site. */ }

/* What reads aloud comes last: the screen can be used before it is there. */
const aloud = document.querySelector("[data-aloud]");
addEventListener("load", () => {
  if (!aloud) return;
  document.head.append(Object.assign(document.createElement("script"), { type: "module", src: aloud.dataset.script }));
});
