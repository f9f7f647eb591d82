/* "Listen": reads what stands on the screen aloud, in its order, and marks the block it is at. Each line is said by the
   first of these that there is: the sound that this site has of it, by a person or made ahead (`frame/said_aloud.py`);
   a voice that lives on the device. A voice from elsewhere would be sent the words: it is never taken. */
const BLOCKS = "h1, h2, h3, h4, legend, label, p, li, dt, dd, th, td, summary, blockquote, button, a.button, "
  + ".kiosk-help, .choice-words, .choice-hint";
const SILENT = "[hidden], details:not([open]) > :not(summary), [aria-hidden=true], .only-heard, .aloud, "
  + "[data-listen-own], svg, script, noscript, pre, textarea, select";
// What is somebody's own is read only where they ask for it, beside it, and by the device alone.
const OWN = ".code-words, .ballot-read, [data-own]";
let boxes = [];
const speech = globalThis.speechSynthesis;
const player = new Audio();
const known = new Set(); // The keys of the lines that this site has a sound of.
let volume = 0.6;
let turn = 0;
let listens = false; // Somebody has pressed "Listen" here.
let release = () => {};
let failed = () => {};
player.addEventListener("ended", () => release());
player.addEventListener("error", () => failed());

/* The key of a line, as `frame/said_aloud.py` makes it. */
const keyOf = (language, words) => {
  const sums = [0xdeadbeef, 0x41c6ce57];
  const line = `${language}\n${words}`;
  for (let at = 0; at < line.length; at += 1) {
    sums[0] = Math.imul(sums[0] ^ line.charCodeAt(at), 2654435761);
    sums[1] = Math.imul(sums[1] ^ line.charCodeAt(at), 1597334677);
  }
  return sums.map((sum) => (sum >>> 0).toString(16).padStart(8, "0")).join("");
};

/* A voice of the device for a language. zh-Hans is what is read in China, zh-Hant in Taiwan and Hong Kong. */
const LANDS = { "zh-hans": ["zh-cn", "zh-sg", "zh-hans"], "zh-hant": ["zh-tw", "zh-hk", "zh-hant"] };
const voiceFor = (language) => {
  const wanted = language.toLowerCase();
  const near = (speech ? speech.getVoices() : []).filter((voice) => voice.localService === true
    && voice.lang.toLowerCase().split(/[-_]/)[0] === wanted.split("-")[0]);
  const named = (voice) => voice.lang.toLowerCase().replaceAll("_", "-");
  return near.find((voice) => (LANDS[wanted] || [wanted]).some((land) => named(voice).startsWith(land))) || near[0];
};

/* What can be seen of a part of the page: each block of it with its words. */
const blocksOf = (root) => {
  const blocks = [];
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const holder = walk.currentNode.parentElement;
    const own = holder.closest(OWN);
    if (holder.closest(SILENT) || !holder.getClientRects().length || (own && !own.contains(root))) continue;
    const block = holder.closest(BLOCKS) || holder;
    const language = holder.closest("[lang]").lang;
    const last = blocks[blocks.length - 1];
    if (last && last.block === block && last.language === language) last.words += walk.currentNode.data;
    else blocks.push({ block, language, own: Boolean(own), words: walk.currentNode.data });
  }
  for (const each of blocks) each.words = each.words.replace(/\s+/g, " ").trim();
  return blocks.filter((each) => /[^\s\p{P}]/u.test(each.words));
};

/* A block in pieces: the longest runs of its sentences that there is a sound of, and what lies between. */
const piecesOf = (one) => {
  const sentences = one.words.replace(/([.?!:。？！：।؟])\s+/g, "$1\n").split("\n");
  const pieces = [];
  for (let from = 0; from < sentences.length;) {
    let to = sentences.length;
    const run = () => keyOf(one.language, sentences.slice(from, to).join(" "));
    while (to > from && !known.has(run())) to -= 1;
    const key = to > from && !one.own ? run() : "";
    to = Math.max(to, from + 1);
    const words = sentences.slice(from, to).join(" ");
    if (key || voiceFor(one.language)) pieces.push({ ...one, words, key });
    from = to;
  }
  return pieces;
};
const pieces = (...roots) => roots.filter(Boolean).flatMap(blocksOf).flatMap(piecesOf);

const soundsOf = (language) => boxes[0].dataset.aloud.replace(/[^/]*$/, language.replaceAll("-", "_"));
const bySite = (piece) => new Promise((done, refuse) => {
  [release, failed] = [done, refuse];
  player.volume = volume;
  player.src = `${soundsOf(piece.language)}/${piece.key}.wav`;
  player.play().catch(refuse);
});

const byDevice = (piece) => new Promise((done) => {
  const voice = voiceFor(piece.language);
  if (!voice) {
    done();
    return;
  }
  const said = Object.assign(new SpeechSynthesisUtterance(piece.words), { voice, lang: voice.lang, volume });
  release = done;
  said.addEventListener("end", done);
  said.addEventListener("error", done);
  speech.speak(said);
});

const light = (block) => {
  for (const lit of document.querySelectorAll(".is-read")) lit.classList.remove("is-read");
  if (!block) return;
  const seen = block.closest(".choice, .ballot-option") || block;
  seen.classList.add("is-read");
  // Not under the hand of somebody who picks a language.
  if (!document.querySelector(".languages[open]")) seen.scrollIntoView({ block: "nearest" });
};

const show = (reads) => {
  for (const box of boxes) {
    const at = box.contains(document.activeElement) && document.activeElement;
    for (const [name, hidden] of [["listen", reads], ["stop", !reads], ["while", !reads]]) {
      box.querySelector(`[data-${name}]`).hidden = hidden;
    }
    if (at && !at.getClientRects().length) box.querySelector(reads ? "[data-stop]" : "[data-listen]").focus();
  }
};

const stop = () => {
  turn += 1;
  player.pause();
  player.removeAttribute("src");
  if (speech) speech.cancel();
  release();
  light();
  show(false);
};

const read = async (all) => {
  stop();
  const mine = turn;
  show(true);
  for (const piece of all) {
    light(piece.block);
    if (piece.key) await bySite(piece).catch(() => mine === turn && byDevice(piece));
    else await byDevice(piece);
    if (mine !== turn) return;
  }
  stop();
};

const louder = (step) => {
  volume = Math.min(1, Math.max(0.15, volume + step));
  player.volume = volume; // The device's own voice follows with its next line.
};

/* With what is somebody's own stands a button of its own, where the device has a voice. */
const offerOwn = () => {
  for (const own of document.querySelectorAll(OWN)) {
    const offered = own.parentElement.closest(OWN) || own.querySelector("[data-listen-own]");
    if (offered || !voiceFor(own.closest("[lang]").lang)) continue;
    const button = boxes[0].querySelector("[data-listen]").cloneNode(true);
    button.removeAttribute("data-listen");
    button.setAttribute("data-listen-own", "");
    button.hidden = false;
    button.addEventListener("click", () => read(pieces(own)));
    (own.querySelector(":scope > p:last-child") || own).append(" ", button);
  }
};

/* What lies over the page is read alone; else what lies beside it, the page, its foot, and the way out last. */
const WAY_OUT = ".kiosk-head > :is([data-hide], [data-leave])";
const PARTS = ["dialog[open]", "main", ".kiosk-go", ".kiosk-foot > .kiosk-help", ".come", WAY_OUT];
const partsOf = (box) => {
  const over = box.closest(".help-sheet, dialog");
  return over ? [over] : PARTS.map((each) => document.querySelector(each));
};

const offer = () => {
  const any = pieces(document.querySelector("main")).length > 0;
  if (any && !document.querySelector("[data-style-of-aloud]")) {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: boxes[0].dataset.style });
    style.setAttribute("data-style-of-aloud", "");
    document.head.append(style);
  }
  for (const box of boxes) box.hidden = !any;
  if (any) offerOwn();
};

const learnOf = async (language) => {
  const answer = await fetch(soundsOf(language));
  if (answer.ok) for (const key of await answer.json()) known.add(key);
};
const learn = async () => {
  // What is in another language says so, such as a card of help that is there in English alone.
  const marked = [...document.querySelectorAll("main [lang], .help-sheet [lang]")];
  const languages = new Set([document.documentElement, ...marked].map((each) => each.lang));
  await Promise.all([...languages].map((language) => learnOf(language).catch(() => {})));
  offer();
};

const begin = () => {
  boxes = [...document.querySelectorAll("[data-aloud]")];
  if (!boxes.length) return;
  stop(); // A voice of the device goes on when its page is left.
  offer();
  const soon = new Promise((done) => setTimeout(done, 2000)); // Milliseconds that somebody who pressed waits at most.
  const learnt = Promise.race([learn().catch(() => {}), soon]); // Without the site's sounds the device's voice is left.
  for (const box of boxes) {
    box.querySelector("[data-listen]").addEventListener("click", async () => {
      listens = true;
      await learnt;
      read(pieces(...partsOf(box)));
    });
    box.querySelector("[data-stop]").addEventListener("click", stop);
    box.querySelector("[data-quieter]").addEventListener("click", () => louder(-0.15));
    box.querySelector("[data-louder]").addEventListener("click", () => louder(0.15));
  }
};

begin();
document.addEventListener("renewed", begin);
document.addEventListener("in-another-language", learn);
if (boxes.length) {
  addEventListener("pagehide", stop);
  // Who listened may not read what asks whether they are there, and has little time to look for a button.
  document.addEventListener("still-there", (event) => listens && read(pieces(event.target)));
  document.addEventListener("hush", stop); // The page is being cleared, or shows another screen.
  document.addEventListener("submit", stop); // Who asked for another screen is not read this one while it comes.
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  if (speech && speech.addEventListener) speech.addEventListener("voiceschanged", offer);
}
