/* The outbox of a tablet that may be without a network: sealed messages of one size, under random names, and what they
   are sealed with. Nothing else is stored: no words, and no time or place in a row beside a message. What a page cannot
   reach is the log of the browser: it tells in which order they were stored, and on which days (docs/kiosk.md). */
import { base64, fromBase64, fromHex, hex, random, seal, utf8 } from "../sealing/crypto.js";

const NAME = "outbox";
const FIRST = "/first-without-a-network"; // As the worker knows it.
const SOUNDS = "sounds "; // What the name of a cache of them begins with (governance/feedback/views/sounds.py).
const WEEK = 7 * 24 * 3600 * 1000; // Milliseconds.
const TRIES = 5; // How often a week the sounds of a language are asked for.
const ROOM = 64 * 1024 * 1024; // Bytes that stay free for words: several times a full outbox and all pages, made new.

const asked = (request) => new Promise((done, refuse) => {
  request.addEventListener("success", () => done(request.result));
  request.addEventListener("error", () => refuse(request.error));
});
const database = () => {
  const request = indexedDB.open(NAME, 1);
  request.addEventListener("upgradeneeded", () => {
    request.result.createObjectStore("sealed");
    request.result.createObjectStore("tablet");
  });
  return asked(request);
};

/* One thing done with the store `name`, and its end: what is written lies on the disk before anybody is thanked. */
const inStore = async (name, mode, act) => {
  const opened = await database();
  try {
    const writing = opened.transaction(name, mode, { durability: "strict" });
    const ended = new Promise((done, refuse) => {
      writing.addEventListener("complete", done);
      writing.addEventListener("abort", () => refuse(writing.error));
    });
    const result = await asked(act(writing.objectStore(name)));
    await ended;
    return result;
  } finally {
    opened.close();
  }
};

const onTablet = (name) => inStore("tablet", "readonly", (store) => store.get(name));
const note = (value, name) => inStore("tablet", "readwrite", (store) => store.put(value, name));
export const count = () => inStore("sealed", "readonly", (store) => store.count());

/* What to seal with, or nothing: then nothing can be said here without a network. */
export const seals = async () => (await onTablet("another key") ? undefined : onTablet("seals"));

/* The key of the outbox is taken over once, when the tablet is made one. Another one later is refused, and that is
   noted: what was sealed to the one from before might be opened by nobody. */
export const keepSeals = async (fresh) => {
  const before = await onTablet("seals");
  const another = Boolean(before) && before.key !== fresh.key;
  await note(another, "another key");
  if (another) throw new Error("not the key this tablet was made with");
  await note(fresh, "seals");
};

/* Forget all sounds, or those of which `these` says so, by the name of their cache. */
const forgetSounds = async (these = () => true) => {
  for (const name of await caches.keys()) if (name.startsWith(SOUNDS) && these(name)) await caches.delete(name);
};

/* Seal what was said, and only then store it. `said`: lane, about, face, route, language, words. */
export const put = async (said) => {
  const by = await seals();
  const reader = by.readers[by.read_by[said.lane || "other"][said.about || ""]];
  const words = base64(await seal(fromHex(reader.key), utf8(said.words), fromHex(reader.info)));
  const facts = JSON.stringify({ ...said, words, key: reader.id, id: hex(random(16)) });
  const sealed = await seal(fromHex(by.key), utf8(facts.padEnd(by.size)), fromHex(by.info));
  const keep = () => inStore("sealed", "readwrite", (store) => store.add(sealed, hex(random(16))));
  await keep().catch(async () => {
    await forgetSounds(); // Where there is no room for both, words go before what the page is read aloud with.
    await keep();
  });
};

/* Bring all there is, in an order drawn by lot. What was taken is forgotten; the rest is brought another time. Returns
   whether nothing is left that could still be taken; what this page was refused it does not bring again. */
const refused = new Set();
export const bring = async (address, token) => {
  const names = await inStore("sealed", "readonly", (store) => store.getAllKeys());
  const wanted = names.filter((name) => !refused.has(name));
  const drawn = wanted.map((name) => [hex(random(8)), name]).sort().map(([, name]) => name);
  for (const name of drawn) {
    const sealed = await inStore("sealed", "readonly", (store) => store.get(name));
    if (!sealed) continue; // Brought from another page of this tablet meanwhile.
    const body = new URLSearchParams({ tablet: token, sealed: base64(sealed) });
    const answer = await fetch(address, { method: "POST", body, credentials: "omit" });
    const { taken } = await answer.json(); // Anything else is no answer of ours: not now.
    if (taken) await inStore("sealed", "readwrite", (store) => store.delete(name));
    else refused.add(name);
  }
  return true;
};

/* Keep the pages for the time without a network, all of them or none, and forget those of before. What they are read
   aloud with stays until there is more: a line that stands there no longer is asked for by nobody. */
export const keepPages = async ({ mark, pages, files, first }) => {
  const cache = await caches.open(mark);
  if (!(await cache.match(FIRST))) {
    const wanted = [...files, ...Object.values(pages)];
    await cache.addAll(wanted.map((each) => new Request(each, { credentials: "omit", cache: "no-cache" })));
    await cache.put(FIRST, new Response(first));
  }
  for (const old of await caches.keys()) if (old !== mark && !old.startsWith(SOUNDS)) await caches.delete(old);
};

/* The sounds of one language, all or none. The list of them comes last: it stands where the page looks for it, and says
   that they are all there. Only then those of before are forgotten. */
const keepSoundsOf = async ({ mark, from, language }) => {
  const cache = await caches.open(mark);
  const answer = await fetch(`${from}?all`, { cache: "no-cache" });
  if (!answer.ok) throw new Error("no sounds");
  const found = await answer.json();
  for (const [key, sound] of Object.entries(found)) {
    await cache.put(`${from}/${key}.wav`, new Response(new Blob([fromBase64(sound)], { type: "audio/wav" })));
  }
  await cache.put(from, new Response(JSON.stringify(Object.keys(found))));
  await forgetSounds((name) => name !== mark && name.startsWith(`${SOUNDS}${language} `));
};

const hasRoomFor = async (bytes) => {
  if (!navigator.storage || !navigator.storage.estimate) return true; // `put` makes room for words all the same.
  const { quota, usage } = await navigator.storage.estimate();
  return quota - usage > bytes + ROOM;
};

/* Whether these sounds may be asked for, which counts as a try. Which were tried is noted with the week, and no time
   nearer than that. A try that cannot be noted is none: what has no room for a note has none for sounds. */
const mayTry = async (mark) => {
  const week = Math.floor(Date.now() / WEEK);
  const noted = await onTablet("sounds tried");
  const tried = noted && noted.week === week ? noted.tried : {};
  if (tried[mark] >= TRIES) return false;
  await note({ week, tried: { ...tried, [mark]: (tried[mark] || 0) + 1 } }, "sounds tried");
  return true;
};

/* Keep what these pages are read aloud with, a language at a time. One that fails leaves nothing of it behind, holds no
   other up, and is not asked for again and again over a network that is paid for. */
export const keepSounds = async (sounds) => {
  await forgetSounds((name) => !sounds.some(({ language }) => name.startsWith(`${SOUNDS}${language} `)));
  for (const each of sounds) {
    const there = await caches.has(each.mark) && await (await caches.open(each.mark)).match(each.from);
    if (there) continue;
    await caches.delete(each.mark); // What is left where the page was gone in the middle of it.
    if (!await hasRoomFor(each.bytes) || !await mayTry(each.mark)) continue;
    await keepSoundsOf(each).catch(() => caches.delete(each.mark));
  }
};

/* This tablet keeps nothing any more, but what the program did not take: that may be opened yet, once a key is back. */
export const forget = async () => {
  for (const name of await caches.keys()) await caches.delete(name);
  for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
  if (await count()) await inStore("tablet", "readwrite", (store) => store.clear());
  else await asked(indexedDB.deleteDatabase(NAME));
};
