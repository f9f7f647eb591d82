/* A work page looks every twenty seconds whether somebody at a kiosk asks for a worker. It makes no sound. */
const box = document.querySelector("[data-calls]");
const drawn = document.getElementById("call");
const title = document.title;
let before = "";

const draw = (calls) => {
  box.replaceChildren(...calls.map(({ words, address }) => {
    const one = drawn.content.cloneNode(true);
    one.querySelector("form").action = address;
    one.querySelector("[data-words]").textContent = words;
    return one;
  }));
  document.title = calls.length ? `(${calls.length}) ${title}` : title;
};

const look = async () => {
  try {
    const answer = await fetch(box.dataset.calls);
    if (!answer.ok) return clearInterval(again); // The sign-in is over.
    const text = await answer.text();
    if (text !== before && (before || box.children.length || text.trim() !== "[]")) draw(JSON.parse(text));
    before = text;
  } catch {
    // The line is down for a moment: the next look tells.
  }
};
const again = setInterval(look, 20000);
