/* The square on a card leads to this page with the code after the #. The code goes into the field, and out of the
   address and the history, before anything else: whoever uses this device next must not find it there. */
(() => {
  "use strict";

  const take = () => {
    const code = location.hash.slice(1);
    if (!/^[0-9A-Za-z]{20}$/.test(code)) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    for (const field of document.querySelectorAll("#step [name=pass], [data-cast-code]")) field.value = code;
    for (const link of document.querySelectorAll("[data-which-vote]")) link.hash = code; // The next page takes it in the same way.
  };

  take();
  addEventListener("hashchange", take);
})();
