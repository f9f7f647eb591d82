/* The page where the counting key is made, and printed in three parts. Leaving it forgets the key. */
import { make } from "./counting-key.js";

for (const page of document.querySelectorAll("[data-ceremony]")) {
  const part = (name) => page.querySelector(`[data-ceremony-${name}]`);
  const all = (name) => page.querySelectorAll(`[data-ceremony-${name}]`);
  const button = part("make");

  const inGroups = (list, text) => list.replaceChildren(...text.split(" ").map((group) => {
    const item = document.createElement("li");
    item.textContent = group;
    return item;
  }));

  const show = async () => {
    button.disabled = true;
    try {
      const made = await make();
      part("key").value = made.key;
      for (const mark of all("mark")) mark.textContent = made.key.slice(0, 8);
      all("share").forEach((list, at) => inGroups(list, made.shares[at]));
      part("made").hidden = false;
      part("print").focus();
      button.hidden = true;
    } catch {
      part("trouble").textContent = page.dataset.wordsTrouble;
      part("trouble").hidden = false;
      button.disabled = false;
    }
  };

  button.hidden = false;
  button.addEventListener("click", show);
  part("print").addEventListener("click", () => print());
  addEventListener("pagehide", () => {
    for (const list of all("share")) list.replaceChildren();
    part("key").value = "";
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
