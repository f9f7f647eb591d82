/* Works out the puzzle of a page while somebody types (governance/sealing/puzzles.py). Nothing waits for it: the form
   goes as far as it has come, and the next page goes on from there. A few hashes at a time, each batch beside the page
   in the browser's own threads, so that a slow tablet still answers to every touch. */
const AT_ONCE = 64;
const field = document.querySelector("input[data-challenge]");
const { challenge, bits, parts } = field.dataset;
const solved = document.querySelector("[data-when-solved]");

const zeroBits = (digest) => {
  const view = new DataView(digest);
  return view.getUint32(0) ? Math.clz32(view.getUint32(0)) : 32;
};
const among = async (part, first) => {
  const text = new TextEncoder();
  const tries = Array.from({ length: AT_ONCE }, (_, at) => text.encode(`${challenge}.${part}.${first + at}`));
  const digests = await Promise.all(tries.map((each) => crypto.subtle.digest("SHA-256", each)));
  return digests.findIndex((digest) => zeroBits(digest) >= Number(bits));
};
const find = async (part) => {
  for (let first = 0; ; first += AT_ONCE) {
    const at = await among(part, first);
    if (at >= 0) return first + at;
    await new Promise((after) => { setTimeout(after); }); // Whoever touches the page comes first.
  }
};
const solve = async () => {
  const found = field.value ? field.value.split(".") : [];
  while (found.length < Number(parts)) {
    found.push(await find(found.length));
    field.value = found.join(".");
  }
  if (solved) solved.hidden = false;
};

if (globalThis.crypto && crypto.subtle) solve();
