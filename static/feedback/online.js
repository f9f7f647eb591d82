/* On the start page and the cleared page of a tablet that may be without a network: nobody is in the middle of anything
   there. It asks whether it still may, makes itself ready for the next time without, and brings what it has. */
import { bring, forget, keepPages, keepSeals } from "./outbox.js";

const here = document.querySelector("[data-outbox]");
const { outbox, worker, scope } = here.dataset;
sessionStorage.clear(); // Its "storage" is not cleared from outside, as on other screens: the outbox lies there.

const ready = async () => {
  const answer = await fetch(outbox);
  if (!answer.ok) return;
  const told = await answer.json();
  if (told.on) {
    if (told.seals) await keepSeals(told.seals);
    await keepPages(told);
    if (navigator.storage && navigator.storage.persist) await navigator.storage.persist(); // Not to be tidied away.
    await navigator.serviceWorker.register(worker, { scope, updateViaCache: "none" });
  }
  await bring(outbox, told.token);
  if (!told.on) await forget();
};

if (navigator.serviceWorker && globalThis.indexedDB && globalThis.crypto && crypto.subtle) {
  ready().catch(() => {}); // Another time. What two pages bring at once is taken once.
}
