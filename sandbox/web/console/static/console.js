// What the pages do beyond forms and links; each of them works without it.
"use strict";

/* Copy buttons: of a text on the page, or of one that is fetched only for this. */
async function copied(button) {
  const { copy, copyFrom } = button.dataset;
  if (!copyFrom) return document.getElementById(copy).textContent;
  const answer = await fetch(copyFrom);
  if (!answer.ok) throw new Error(`${copyFrom} answered ${answer.status}`);
  return answer.text();
}

async function onCopy(button) {
  const words = button.firstChild;
  const before = words.textContent;
  try {
    await navigator.clipboard.writeText(await copied(button));
    words.textContent = "Copied";
    button.dataset.done = "";
  } catch {
    words.textContent = "Not copied";
  }
  setTimeout(() => {
    words.textContent = before;
    delete button.dataset.done;
  }, 2000);
}

/* The account's clock, which may run apart from this machine's. */
function startClocks() {
  const loadedAt = performance.now();
  const clocks = [...document.querySelectorAll('[data-clock="running"] time')].map((time) => {
    const local = time.getAttribute("datetime");
    return { time, start: Date.parse(`${local.slice(0, 19)}Z`) };
  });
  if (!clocks.length) return;
  setInterval(() => {
    for (const { time, start } of clocks) {
      const shown = new Date(start + performance.now() - loadedAt).toISOString();
      time.firstChild.textContent = `${shown.slice(0, 10)} ${shown.slice(11, 19)} `;
    }
  }, 1000);
}

/* Lists that follow what comes in: the stream says that there is news, and htmx fetches the list again. */
const PAUSE_MS = 400;
let source = null;

function follow() {
  const list = document.querySelector("[data-stream]");
  if (source && source.list === list) return;
  if (source) source.events.close();
  source = null;
  if (!list) return;
  const events = new EventSource(list.dataset.stream);
  source = { list, events };
  let planned = null;
  events.addEventListener("exchange", () => {
    planned ??= setTimeout(() => htmx.trigger(list, "exchange"), PAUSE_MS);
  });
}

function start() {
  const isCopying = Boolean(navigator.clipboard);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.copy");
    if (button) onCopy(button);
    for (const open of document.querySelectorAll("details.switch[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll("details.switch[open]")) open.open = false;
  });
  const show = (within) => {
    if (isCopying) for (const button of within.querySelectorAll("button.copy[hidden]")) button.hidden = false;
  };
  show(document);
  document.addEventListener("htmx:after:swap", () => {
    show(document);
    follow();
  });
  addEventListener("pagehide", () => source && source.events.close());
  follow();
  startClocks();
  document.querySelector('.menu [aria-current="page"]')?.scrollIntoView({ block: "nearest", inline: "center" });
  if (new URLSearchParams(location.search).has("done")) {
    const address = new URL(location.href);
    address.searchParams.delete("done");
    history.replaceState(null, "", address);
  }
}

start();
