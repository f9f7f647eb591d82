/* A tablet without a network. Its screens stand on one page, and what is tapped and typed is in this page's memory
   alone, until it is sealed and put into the outbox. Once there is a network again, a page that rests leads back. */
import { count, put, seals } from "./outbox.js";

const LOOK = 20000; // Milliseconds.
const fresh = () => ({ lane: "", about: "", face: "", route: "", words: "" });
const asksAbout = ["grievance"];
const asksWhen = ["alert", "urgent"];
let said = fresh();
let step = "start";
let busy = false;
let touched = false;
let sent = null; // Of what was stored last: who will read it, and whether help stands first.

const all = (these) => [...document.querySelectorAll(these)];
const show = (these, shown) => { for (const one of all(these)) one.hidden = !shown; };
const path = () => ["start", ...(asksWhen.includes(said.lane) ? ["wait"] : []),
  ...(asksAbout.includes(said.lane) ? ["about"] : []), "face", "words",
  ...(asksWhen.includes(said.lane) ? ["when"] : [])];
const unanswered = () => path().find((each) => ({ about: !said.about, when: !said.route })[each]);

const readForm = () => {
  const form = document.getElementById("step");
  const before = said.lane;
  for (const name of ["lane", "about", "face", "route", "words"]) said[name] = form.elements[name].value || "";
  if (said.lane !== before) {
    for (const one of all("[name=about], [name=route]")) one.checked = false; // What was said was for the other kind.
    said = { ...said, about: "", route: "" };
  }
};

const go = (to) => {
  step = to;
  show("[data-step]", false);
  show(`[data-step=${to}]`, true);
  show("[role=alert]", false);
  const mine = path();
  const at = { start: "start", thanks: "thanks", [mine[mine.length - 1]]: "last" }[to] || "asks";
  for (const one of all("[data-at]")) one.hidden = !one.dataset.at.split(" ").includes(at);
  for (const one of all("[data-read-by]")) one.hidden = !sent || one.dataset.readBy !== sent.readBy;
  show("[data-urgent]", to === "thanks" && sent && sent.urgent);
  if (touched) document.querySelector(`[data-step=${to}] h1`).focus({ preventScroll: true });
  scrollTo(0, 0);
};
const complain = (about) => {
  show("[role=alert]", false);
  show(`[data-${about}]`, true);
};

const send = async () => {
  const by = await seals();
  if ([...said.words].length > by.longest) {
    go("words");
    return complain("too-long");
  }
  if (await count() >= by.most) return begin();
  const { lane, about, face, route, words } = said;
  await put({ lane, about, face, route, words, language: document.documentElement.lang.replace("-", "_") });
  sent = { readBy: by.read_by[lane || "other"][about], urgent: asksWhen.includes(lane) };
  said = fresh();
  document.getElementById("step").reset();
  return go("thanks");
};

const press = async (to) => {
  if (busy) return;
  readForm();
  const mine = path();
  const next = { next: mine[mine.indexOf(step) + 1], back: mine[mine.indexOf(step) - 1] }[to];
  if (to !== "back" && unanswered() === step) return complain("choose");
  if (to !== "send") return go(next || step);
  if (unanswered()) return go(unanswered());
  busy = true;
  await send().catch(() => complain("not-kept"));
  busy = false;
};

/* The same screen in another language, with all that was picked and typed. */
const change = async (address) => {
  readForm();
  const page = await caches.match(address);
  if (!page) return;
  const other = new DOMParser().parseFromString(await page.text(), "text/html");
  const { lang, dir } = other.documentElement;
  Object.assign(document.documentElement, { lang, dir });
  document.title = other.title;
  for (const [at, box] of all(".aloud").entries()) { // These are known to what reads aloud: they get other words.
    const wanted = other.querySelectorAll(".aloud")[at];
    for (const [word, one] of box.querySelectorAll("span, p").entries()) {
      one.textContent = wanted.querySelectorAll("span, p")[word].textContent;
    }
    wanted.replaceWith(box);
  }
  for (const part of [".skip", ".kiosk"]) document.querySelector(part).replaceWith(other.querySelector(part));
  for (const part of ["h2", "p:not(.row)", "[data-stay] span", "[data-hide] span"]) {
    const [mine, theirs] = [document, other].map((one) => one.querySelector(`#still-there ${part}`));
    mine.textContent = theirs.textContent;
  }
  for (const name of ["lane", "about", "face", "route"]) {
    for (const one of all(`[name=${name}]`)) one.checked = said[name] !== "" && one.value === said[name];
  }
  document.getElementById("step").elements.words.value = said.words;
  await begin(step);
};

const begin = async (at = "start") => {
  const by = await seals().catch(() => null);
  const full = Boolean(by) && await count() >= by.most;
  show("[data-ready]", Boolean(by) && !full);
  show("[data-full]", full);
  show("[data-not-here]", !by);
  show("[data-not-sent=lost]", true);
  go(at);
  if (!by || full) show("[data-at]", false);
};

document.addEventListener("click", (event) => {
  touched = true;
  const button = event.target.closest("[data-go], [data-language]");
  if (!button) return;
  if (button.dataset.go) press(button.dataset.go);
  else change(button.dataset.language);
});
document.addEventListener("submit", (event) => { // Enter.
  event.preventDefault();
  press("next");
});
document.addEventListener("input", () => { touched = true; });

/* While nobody is in the middle of something: is there a network again, and the program behind it? It says so too
   where this screen is no kiosk any more. */
const look = async () => {
  if (touched || step !== "start") return;
  const form = document.getElementById("step");
  const { outbox, kiosk } = form.dataset;
  const answer = await fetch(outbox).catch(() => null);
  const told = answer && await answer.json().catch(() => null); // Of a network's own page: none.
  if (told && "on" in told && !touched) location.replace(kiosk);
};
setInterval(look, LOOK);
addEventListener("online", look);
begin();
