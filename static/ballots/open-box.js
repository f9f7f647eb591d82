/* The page where two of the three parts open the box. The server sees what came out of it, and no part of the key. */
import { ShareTrouble } from "../sealing/shares.js";
import { openBox } from "./counting-key.js";

for (const form of document.querySelectorAll("form[data-open-box]")) {
  const part = (name) => form.querySelector(`[data-open-box-${name}]`);
  const shares = [...form.querySelectorAll("[data-open-box-share]")];

  const trouble = (sentence) => {
    part("trouble").textContent = sentence;
    part("trouble").hidden = false;
    part("progress").hidden = true;
    part("go").disabled = false;
    shares[0].focus();
  };

  const open = async () => {
    part("go").disabled = true;
    part("trouble").hidden = true;
    part("progress").hidden = false;
    const answer = await fetch(form.dataset.box, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok) throw new Error("no box");
    const box = await answer.json();
    const opened = await openBox(shares.map((share) => share.value), box, (done, of) => {
      Object.assign(part("progress"), { value: done, max: of });
    });
    form.elements.opened.value = JSON.stringify(opened);
    for (const share of shares) share.value = "";
    form.submit();
  };

  part("go").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    open().catch((wrong) => {
      const { wordsSign: sign, wordsSum: sum, wordsSame: same, wordsApart: apart, wordsOther: other } = form.dataset;
      const known = wrong instanceof ShareTrouble ? { sign, sum, same, apart, other }[wrong.message] : "";
      trouble(known || form.dataset.wordsTrouble);
    });
  });
  addEventListener("pagehide", () => { for (const share of shares) share.value = ""; });
}
