/* The square on a card leads to this page with the code after the #. The code goes into the field, and out of the
   address and the history, before anything else: whoever uses this device next must not find it there. */

const links = document.querySelectorAll("[data-which-vote]");
let held = "";

const take = () => {
  const code = location.hash.slice(1);
  if (!/^[0-9A-Za-z]{20}$/.test(code)) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  for (const field of document.querySelectorAll("#step [name=pass], [data-cast-code]")) field.value = code;
  held = code;
};

// The vote that is chosen takes the code in the same way. Nobody reads it on a link before, or finds it there after.
for (const link of links) link.addEventListener("click", () => { link.hash = held; });
addEventListener("pagehide", () => {
  held = "";
  for (const link of links) link.hash = "";
});
addEventListener("pageshow", (event) => { if (event.persisted && links.length) location.reload(); });

take();
addEventListener("hashchange", take);
