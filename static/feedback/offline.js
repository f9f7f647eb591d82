/* A tablet without a network. Its screens stand on one page, and what is tapped and typed is in this page's memory
   alone, until it is sealed and put into the outbox. Once there is a network again, a page that rests leads back. */
import { count, put, seals } from "./outbox.js";

const LOOK = 20000; // Milliseconds.
const fresh = () => ({ lane: "", about: "", face: "", route: "", words: "" });
const asksAbout = ["grievance"];
const asksWhen = ["alert", "urgent"];
let said = fresh();
let step = "start";
let helped = false; // Whether a helper sits there too (governance/feedback/views/helped.py). No message tells of it.
let busy = false;
let touched = false;
let sent = null; // Of what was stored last: who will read it, and whether help stands first.

const all = (these) => [...document.querySelectorAll(these)];
const show = (these, shown) => { for (const one of all(these)) one.hidden = !shown; };
const path = () => [...(helped ? ["together"] : []), "start", ...(asksWhen.includes(said.lane) ? ["wait"] : []),
  ...(asksAbout.includes(said.lane) ? ["about"] : []), ...(helped && said.lane === "urgent" ? [] : ["face"]), "words",
  ...(helped ? ["read-back"] : []), ...(asksWhen.includes(said.lane) ? ["when"] : [])];
const NAMED = ["start", "together", "read-back", "alone", "thanks"];
const unanswered = () => path().find((each) => ({ about: !said.about, when: !said.route })[each]);

const readForm = () => {
  if (step === "alone") return; // Nothing of it stands in the form.
  const form = document.getElementById("step");
  const before = said.lane;
  for (const name of ["lane", "about", "face", "route", "words"]) said[name] = form.elements[name].value || "";
  if (said.lane !== before) {
    for (const one of all("[name=about], [name=route]")) one.checked = false; // What was said was for the other kind.
    said = { ...said, about: "", route: "" };
  }
};

const fillForm = () => {
  for (const name of ["lane", "about", "face", "route"]) {
    for (const one of all(`[name=${name}]`)) one.checked = said[name] !== "" && one.value === said[name];
  }
  document.getElementById("step").elements.words.value = said.words;
};

/* What reads aloud works from a copy of the words: it is told to be still before they leave the screen. */
const hush = () => document.dispatchEvent(new Event("hush"));

const go = (to) => {
  hush();
  step = to;
  show("[data-step]", false);
  show(`[data-step=${to}]`, true);
  show("[role=alert]", false);
  const mine = path();
  const two = helped && to !== "thanks";
  const named = to === mine[mine.length - 1] ? "last" : NAMED.find((each) => each === to);
  const at = `${two ? "two-" : ""}${named || "asks"}`;
  for (const one of all("[data-at]")) one.hidden = !one.dataset.at.split(" ").includes(at);
  for (const one of all("[data-read-by]")) one.hidden = !sent || one.dataset.readBy !== sent.readBy;
  show("[data-urgent]", to === "thanks" && sent && sent.urgent);
  show("[data-helped]", to === "thanks" && sent && sent.helped);
  for (const one of all("[data-company]")) one.hidden = two !== (one.dataset.company === "helper");
  const back = document.querySelector("[data-words]"); // What is read back stands there then, and at no other time.
  back.textContent = to !== "read-back" ? "" : said.words.trim() ? said.words : back.dataset.words;
  if (touched) document.querySelector(`[data-step=${to}] h1`).focus({ preventScroll: true });
  scrollTo(0, 0);
};
const complain = (about) => {
  show("[role=alert]", false);
  show(`[data-${about}]`, true);
};

/* About how many words it is over: people count words and not letters. */
const complainOfLength = (over, longest) => {
  const note = document.querySelector("[data-too-long]"), words = Math.ceil(over * note.dataset.inWords / longest);
  const kind = new Intl.PluralRules(document.documentElement.lang).select(words);
  note.querySelector("span").textContent = (note.dataset[kind] || note.dataset.other).replace("{count}", words);
  complain("too-long");
};

const send = async () => {
  const by = await seals();
  const over = [...said.words].length - by.longest;
  if (over > 0) {
    go("words");
    return complainOfLength(over, by.longest);
  }
  if (await count() >= by.most) return begin();
  const { lane, about, face, route, words } = said;
  await put({ lane, about, face, route, words, language: document.documentElement.lang.replace("-", "_") });
  sent = { readBy: by.read_by[lane || "other"][about], urgent: asksWhen.includes(lane), helped };
  said = fresh();
  helped = false;
  document.getElementById("step").reset();
  return go("thanks");
};

/* A helper comes, or is to go. Then all of it is hidden first, and the person says whether what was typed stays. */
let left = "start"; // The screen on which the helper was told to go.
const comesOrGoes = (to) => {
  const leavesAtOnce = step === "together" && (to === "back" || (to === "alone" && !said.words.trim()));
  helped = !leavesAtOnce && !["keep", "clear"].includes(to);
  if (to === "clear") said = fresh();
  if (to === "alone" && !leavesAtOnce) {
    left = step;
    document.getElementById("step").reset();
    return go("alone");
  }
  fillForm();
  const near = { together: "start", "read-back": "words" }[left] || left;
  return go({ together: "together", keep: near }[to] || "start");
};

const press = async (to) => {
  if (busy) return;
  readForm();
  const goes = ["together", "alone", "keep", "clear"].includes(to) || (to === "back" && step === "together");
  if (goes) return comesOrGoes(to);
  if (step === "alone") return;
  const mine = path();
  const on = step === "together" && said.lane ? 2 : 1; // Who had picked a kind of word is not asked for it again.
  const next = { next: mine[mine.indexOf(step) + on], back: mine[mine.indexOf(step) - 1] }[to];
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
  hush();
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
  if (step !== "alone") fillForm();
  await begin(step);
  document.dispatchEvent(new Event("in-another-language"));
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
