// The page follows the simulator by server-sent events: each holds the parts
// that have changed, by the ID of their element.
const live = document.getElementById("live");
const pause = document.getElementById("pause");
const search = document.getElementById("search");
const sent = new Map(); // the HTML of an element, as it came
let source, paused = false;
for (const item of document.querySelectorAll("[data-live] > [id]")) sent.set(item.id, item.outerHTML);

// Only elements that differ are replaced: focus, selection, open details and
// what somebody types elsewhere stay.
function update(part, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  if (!template.content.firstElementChild) {
    if (part.innerHTML !== html) part.replaceChildren(template.content);
    return;
  }
  const focused = part.contains(document.activeElement) && document.activeElement.id;
  const fresh = [...template.content.children].map((item) => {
    const old = document.getElementById(item.id);
    const isOld = old?.parentElement === part;
    if (isOld && sent.get(item.id) === item.outerHTML) return old;
    sent.set(item.id, item.outerHTML);
    if (isOld && old.querySelector("details[open]")) item.querySelector("details")?.setAttribute("open", "");
    return item;
  });
  fresh.forEach((item, i) => { if (part.children[i] !== item) part.insertBefore(item, part.children[i] ?? null); });
  while (part.children.length > fresh.length) part.lastElementChild.remove();
  if (focused && document.activeElement.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function follow(then) {
  source?.close();
  source = new EventSource("/_simulator/events" + location.search);
  source.onmessage = ({ data }) => {
    for (const [id, html] of Object.entries(JSON.parse(data))) update(document.getElementById(id), html);
    if (paused) source.close();
    then?.();
    then = null;
  };
  source.onopen = () => show(paused ? "Paused" : "Live");
  source.onerror = () => show("The simulator does not answer");
}
const show = (text) => { if (live.textContent !== text) live.textContent = text; };

// Another view of the accounts is another URL.
function go(url, then) {
  history.pushState(null, "", url);
  follow(then);
}
addEventListener("popstate", () => {
  search.elements.q.value = new URLSearchParams(location.search).get("q") ?? "";
  follow();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-view]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const url = new URL(link.href), was = new URLSearchParams(location.search).get("account");
  go(url.pathname + url.search, () => {
    const is = url.searchParams.get("account");
    if (is && is !== was) document.getElementById("account").focus();
    else if (was && !is) (document.getElementById("open-" + was) ?? search.elements.q).focus();
  });
});
let typing;
search.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(submit, 150); });
search.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
function submit() {
  const query = new URLSearchParams(location.search);
  const text = search.elements.q.value.trim();
  if (text === (query.get("q") ?? "")) return;
  query.delete("page");
  text ? query.set("q", text) : query.delete("q");
  history.replaceState(null, "", "/?" + query);
  follow();
}

// A form with a method sends its fields as JSON: a name with a dot is a field
// within a field, and what is left empty is left out.
document.addEventListener("submit", async (event) => {
  const form = event.target, { method } = form.dataset;
  if (!method) return;
  event.preventDefault();
  const body = {};
  for (const field of [...form.elements, event.submitter]) {
    if (!field.name || (field.localName === "button" && field !== event.submitter) || (field.value === "" && field.type !== "checkbox")) continue;
    const path = field.name.split("."), last = path.pop();
    const within = path.reduce((object, name) => (object[name] ??= {}), body);
    if (field.type === "checkbox") within[last] = field.checked;
    else if (field.type === "number" || "number" in field.dataset) within[last] = Number(field.value);
    else within[last] = "list" in field.dataset ? field.value.split(/[\s,]+/).filter(Boolean) : field.value;
  }
  const output = form.querySelector("output");
  output.textContent = "";
  try {
    const answer = await fetch(form.getAttribute("action"), { method, body: method === "DELETE" ? undefined : JSON.stringify(body) });
    const { message } = await answer.json();
    output.className = answer.ok ? "" : "problem";
    output.textContent = answer.ok ? "Done." : message;
  } catch {
    output.className = "problem";
    output.textContent = "The simulator does not answer.";
  }
});

document.getElementById("controls").hidden = false;
pause.addEventListener("click", () => {
  paused = !paused;
  pause.textContent = paused ? "Go on" : "Pause";
  if (paused) source.close();
  show(paused ? "Paused" : "Live");
  if (!paused) follow();
});
follow();
