/* On the start page and the cleared page of a tablet that may be without a network: nobody is in the middle of anything
   there. It brings what it has first, whatever else fails, then asks whether it still may, and makes itself ready for
   the next time without. While the page rests it does so again, until nothing is left to do. All that comes after the
   page itself: on a bad line whoever stands there does not wait for it. */

const AGAIN = 20000; // Milliseconds.
const here = document.querySelector("[data-outbox]");
const { outbox, worker, scope } = here.dataset;
sessionStorage.clear(); // Its "storage" is not cleared from outside, as on other screens: the outbox lies there.

const makeReady = async (told, { keepSeals, keepPages }) => {
  if (told.seals) await keepSeals(told.seals);
  await keepPages(told);
  await navigator.serviceWorker.register(worker, { scope, updateViaCache: "none" });
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist(); // A wish: some ask somebody first.
};

/* Returns whether nothing is left to do. */
const brought = async () => {
  const answer = await fetch(outbox);
  if (answer.status === 404) return true; // It is no kiosk: what it has stays where it is until it is one again.
  const told = await answer.json();
  const { bring, forget, keepSounds, ...rest } = await import("./outbox.js");
  const all = await bring(outbox, told.token).catch(() => false); // What two pages bring at once is taken once.
  if (told.on) await makeReady(told, rest);
  else if (all) await forget();
  if (told.on && all) await keepSounds(told.sounds).catch(() => {}); // Last: without them it can do all else.
  return all;
};

let busy = false;
let done = !(navigator.serviceWorker && globalThis.indexedDB && globalThis.crypto && crypto.subtle);
const once = async () => {
  if (busy || done) return;
  busy = true;
  done = await brought().catch(() => false);
  busy = false;
};
setInterval(once, AGAIN);
addEventListener("online", once);
addEventListener("load", once);
