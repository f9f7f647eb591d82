/* Voting: the choice is signed and sealed here, and only a drop token and a sealed ballot leave the device.
   Without this script the page's form goes to the server screen by screen, which then seals the ballot itself. */
import { picked, renew, renewed } from "../frame/another-language.js";
import * as C from "../sealing/crypto.js";
import { faultOf } from "./card-letters.js";
import { marksInTab } from "./marks.js";
import { ballotPaper } from "./paper.js";
import * as P from "./passes.js";

/* *page*: the form of a vote. *before*: what stood in it in another language. */
const begin = (page, before) => {
  const { election } = page.dataset;
  const over = new AbortController(); // Of what listens to more than this form: it ends where another takes its place.
  const listen = (place, kind, act) => place.addEventListener(kind, act, { signal: over.signal });
  const part = (name) => document.querySelector(`[data-cast-${name}]`);
  const steps = [...document.querySelectorAll("[data-cast-step]")];
  const paper = ballotPaper(page, part("paper"));
  const tab = marksInTab(election, Number(page.dataset.marksLast));
  let credential = null, at = 0, step = "code", tracker = "", whose = ""; // whose: the card or pass that marked.

  const say = (sentence) => {
    part("said").textContent = sentence || "";
    part("said").hidden = !sentence;
    if (sentence) part("said").scrollIntoView({ block: "nearest" });
  };

  /* Dots and words, as the macro `progress` of templates/_parts.html draws them. */
  const span = (look) => Object.assign(document.createElement("span"), { className: look });
  const progress = (now, all) => {
    const dots = span("dots"), words = span("");
    dots.setAttribute("aria-hidden", "true");
    for (let n = 1; n <= all; n += 1) {
      const state = n === now ? "dot-now" : n < now ? "dot-done" : "";
      dots.append(span(`dot ${state}`.trim()));
    }
    words.textContent = page.dataset.wordsProgress.replace("{step}", now).replace("{steps}", all);
    return all <= 8 ? [dots, words] : [words];
  };

  /* Which buttons there are, and how far one has come. */
  const refresh = () => {
    const isLast = paper.after(at) === null;
    for (const [name, isShown] of [["more", !isLast], ["read", isLast], ["before", at > 0], ["other", at === 0]]) {
      for (const each of document.querySelectorAll(`[data-cast-${name}]`)) each.hidden = !isShown;
    }
    const come = { code: 1, paper: at + 2, review: paper.size + 2 }[step] || "";
    if (part("progress")) part("progress").replaceChildren(...(come ? progress(come, paper.size + 2) : []));
  };
  /* The last screen's words become the heading of the page: the question above them would push them under the foot. */
  const headDone = () => {
    const head = document.querySelector("h1"), words = document.querySelector("[data-cast-step=done] h2");
    head.textContent = words.textContent;
    head.tabIndex = -1;
    words.replaceWith(head);
  };
  const go = (name, question = at) => {
    [step, at] = [name, question];
    say("");
    for (const each of steps) each.hidden = each.dataset.castStep !== name;
    if (name === "done") headDone();
    if (name === "paper") paper.show(at);
    // Printed, the letters stand alone; any other step prints as it stands.
    document.body.classList.toggle("prints-a-slip", Boolean(part("tracker").offsetParent));
    refresh();
    const here = name === "paper" ? paper.question(at) : steps.find((each) => !each.hidden);
    const first = here.querySelector(":checked") || here.querySelector("input:enabled, textarea, [tabindex]");
    if (first) first.focus();
    scrollTo(0, 0);
    remember();
  };

  /* What is marked, and the card or pass itself: the one waits in the tab, and the other never does. */
  const isCode = (field) => field.matches("[data-cast-code]");
  const fieldsOf = (form) => [...form.elements].filter((field) => field.matches("textarea, input:not([type=hidden])"));
  const marks = () => fieldsOf(page).filter((field) => !isCode(field));
  const isTick = (field) => ["radio", "checkbox"].includes(field.type);
  const putBack = (fields, was) => fields.forEach((field, place) => {
    if (isTick(field)) field.checked = was[place].checked;
    else field.value = was[place].value;
  });
  const unmark = () => marks().forEach((field) => {
    if (isTick(field)) field.checked = field.defaultChecked;
    else field.value = field.defaultValue;
  });
  const remember = () => {
    const isMarked = marks().some((field) => (isTick(field) ? field.checked : field.value.trim()));
    if ("shared" in page.dataset || !credential || !isMarked) return; // What waits of another card stays until then.
    const now = marks().map(({ checked, value }) => ({ checked, value }));
    tab.keep(credential, { now, at }).catch(() => {}); // A tab that keeps nothing: a reload begins anew.
  };
  /* To the paper: as it was left in this tab, with this card or pass. With another one than before it is empty. */
  const begun = async () => {
    const now = C.hex(credential.drop);
    if (now !== whose) unmark();
    whose = now;
    const kept = "shared" in page.dataset ? null : await tab.bring(credential).catch(() => null);
    if (!kept || kept.now.length !== marks().length) return go("paper", 0);
    putBack(marks(), kept.now);
    return go("paper", kept.at);
  };

  /* Says what is wrong with letters typed from a card. Only a card of before may be right all the same, and with the
     same letters sent once more it is believed: the box has the last word. */
  let doubted = "";
  const doubts = (typed) => {
    const fault = typed.trim().startsWith(P.TEXT_MARK) ? null : faultOf(typed);
    if (!fault || (P.readCode(typed) && typed === doubted)) return false;
    doubted = typed;
    const words = page.getAttribute(`data-fault-${fault.kind}`)
      .replace(/{(group|typed|whole)}/g, (_, name) => fault[name]);
    say(P.readCode(typed) ? `${words} ${page.dataset.wordsSame}` : words);
    return true;
  };

  /* The pass kept here, a pass typed or pasted, or a card's code; null for none of them. */
  const readCredential = async () => {
    const typed = part("code").value, code = P.readCode(typed), pass = P.readPass(typed);
    if (code) return P.fromCode(code, election);
    return pass && pass.election === election ? P.fromPass(pass) : null;
  };

  /* A pass that the server made is signed and sealed by the server too: it goes there, with the page's own form. */
  const serverMade = () => {
    const letters = part("code").value.replace(/[^\p{L}\p{N}]/gu, "");
    const form = document.querySelector("form[data-cast-plain]");
    if (letters.length !== 40 || !form) return false;
    form.elements.pass.value = letters;
    form.submit();
    return true;
  };

  const readBack = () => part("chosen").replaceChildren(...paper.lines().map(({ mark, words, lang }) => {
    const line = part("line").content.firstElementChild.cloneNode(true);
    if (mark) line.querySelector(".ballot-mark").textContent = mark;
    if (mark === "") line.querySelector(".ballot-mark").remove();
    line.querySelector("bdi").textContent = words;
    if (lang) line.querySelector("bdi").lang = lang;
    return line;
  }));

  const showTracker = () => part("tracker").replaceChildren(...[0, 5].map((from) => {
    const word = document.createElement("li");
    word.textContent = tracker.slice(from, from + 5);
    return word;
  }));

  const next = {
    code: async () => {
      if (doubts(part("code").value)) return;
      credential = await readCredential();
      if (credential) await begun();
      else if (!serverMade()) say(page.dataset.wordsCode);
    },
    paper: async () => {
      if (!paper.isAnswered(at)) return say(paper.asksWhy(at) ? page.dataset.wordsWhy : page.dataset.wordsChoose);
      const then = paper.after(at);
      if (then !== null) return go("paper", then);
      readBack();
      go("review");
    },
    review: async () => {
      const keys = [C.fromHex(page.dataset.countingKey), C.fromHex(page.dataset.info)];
      const made = await P.cast(credential, paper.choice(), ...keys, Number(page.dataset.seal));
      // No cookie goes with it: who is signed in on this device must not be told beside a ballot.
      const body = new URLSearchParams(made.fields);
      const answer = await fetch(page.action, { method: "POST", body, credentials: "omit", cache: "no-store" });
      if (!answer.ok) return say((await answer.json().catch(() => ({}))).said || page.dataset.wordsRefused);
      credential = null;
      tab.drop();
      page.reset();
      part("chosen").replaceChildren();
      go("done", 0);
      ({ tracker } = made);
      showTracker();
    },
  };

  /* In another language: what was typed and marked goes from this page to that one, and nowhere else. */
  const goOnIn = async (button) => {
    await renew(button);
    const now = document.querySelector("form[data-cast]");
    over.abort();
    begin(now, { fields: fieldsOf(page), credential, whose, at, step, tracker, doubted });
    renewed();
  };
  const goOn = () => {
    putBack(fieldsOf(page), before.fields);
    ({ credential, whose, tracker, doubted } = before);
    if (before.step === "review") readBack();
    if (tracker) showTracker();
    go(before.step, before.at);
  };

  if (!(globalThis.crypto && crypto.subtle && typeof BigInt === "function")) return;
  page.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    if (button) button.disabled = true;
    await Promise.resolve(next[step] && next[step]()).catch(() => say(page.dataset.wordsTrouble));
    if (button) button.disabled = false;
  });
  listen(document, "click", (event) => {
    const language = picked(event);
    if (language) {
      event.preventDefault();
      goOnIn(language).catch(() => {}); // Without an answer the page stays as it is.
    }
    const back = event.target.closest("[data-cast-back]");
    if (back) go(back.dataset.castBack, back.matches("[data-cast-before]") ? at - 1 : at);
  });
  page.addEventListener("change", (event) => {
    paper.changed(event);
    refresh();
    remember();
  });
  page.addEventListener("input", remember);
  /* On one's own phone Back finds a ballot as it was left, until it is in the box. */
  const isOver = () => step === "done" || "shared" in page.dataset;
  listen(window, "pagehide", () => {
    if (isOver()) { page.reset(); credential = null; doubted = ""; tracker = ""; }
  });
  listen(window, "pageshow", (event) => { if (event.persisted && isOver()) location.reload(); });

  for (const plain of document.querySelectorAll("[data-cast-plain]")) plain.hidden = true;
  page.hidden = false;
  if (before) return goOn();
  const kept = P.kept(election);
  if (kept && kept.grants) credential = P.fromPass(kept);
  if (credential) return begun();
  go("code", 0);
  if (!("shared" in page.dataset) && tab.waits()) say(page.dataset.wordsWaits);
};

for (const page of document.querySelectorAll("form[data-cast]")) begin(page);
