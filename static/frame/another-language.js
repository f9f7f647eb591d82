/* The switch of languages where what was typed may not leave the device: the page comes in the other language and takes
   the place of the words on this one. The form is sent without a word of what was typed: its token and the language
   alone. What holds on to parts of the page looks them up anew when it hears "renewed". */
export const picked = (event) => {
  const button = event.target.closest("button[name=go][value^=in-]");
  return button && button.form ? button : null;
};

export const renew = async (button) => {
  const body = new URLSearchParams({ csrf_token: button.form.elements.csrf_token.value, go: button.value });
  const answer = await fetch(button.form.action, { method: "POST", body, cache: "no-store" });
  const came = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = [...came.body.children], html = document.documentElement;
  if (!answer.ok || fresh.length !== document.body.children.length) throw new Error("another page");
  [html.lang, html.dir, document.title] = [came.documentElement.lang, came.documentElement.dir, came.title];
  [...document.body.children].forEach((part, at) => {
    for (const { name, value } of fresh[at].attributes) part.setAttribute(name, value);
    part.replaceChildren(...fresh[at].childNodes);
  });
};

export const renewed = () => document.dispatchEvent(new Event("renewed"));
