// Small behaviours, each bound by a data attribute. Every page works without them.
"use strict";

// Bind what has to be bound once for each new piece of page: at the start, and after each swap by htmx.
function bind(root) {
  // data-until="2026-11-22T10:30:00Z": count down in minutes and seconds; reload once when the time is over.
  for (const clock of root.querySelectorAll("[data-until]")) {
    const until = Date.parse(clock.dataset.until);
    const tick = () => {
      if (!clock.isConnected) return;
      const left = Math.max(0, Math.floor((until - Date.now()) / 1000));
      const minutes = String(Math.floor(left / 60)).padStart(2, "0");
      clock.textContent = `${minutes}:${String(left % 60).padStart(2, "0")}`;
      if (left > 0) setTimeout(tick, 500);
      else if (!sessionStorage.getItem(clock.dataset.until)) { sessionStorage.setItem(clock.dataset.until, "1"); location.reload(); }
    };
    tick();
  }
  // table.rows: on a phone each row is shown as a card, so each cell has to know its column's head.
  for (const table of root.querySelectorAll("table.rows")) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) [...row.children].forEach((cell, at) => { cell.dataset.head = heads[at] || ""; });
    table.dataset.headed = "1";
  }
  // data-print: print this page.
  for (const button of root.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
  // data-copy="text": copy, and say so for a moment.
  for (const button of root.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const before = button.textContent;
      button.textContent = button.dataset.copied || "✓";
      setTimeout(() => { button.textContent = before; }, 1500);
    });
  }
}
bind(document);
document.addEventListener("htmx:afterSettle", (event) => bind(event.detail.elt));

// A chosen file is named under its button. data-auto-submit: sent as soon as a file or a choice is made.
document.addEventListener("change", (event) => {
  const input = event.target, form = input.closest("form");
  const said = input.type === "file" && input.closest(".pick")?.querySelector(".pick-chosen");
  if (said && input.files.length) said.textContent = `${input.files[0].name} · ${Math.max(1, Math.round(input.files[0].size / 1024))} KB`;
  if (!form?.hasAttribute("data-auto-submit")) return;
  if (input.type === "file" ? input.files.length : input.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
});

// While htmx sends a file, show how much of it has gone; afterwards the button is as before.
document.addEventListener("htmx:beforeRequest", (event) => {
  const pick = event.detail.elt.querySelector?.(".pick");
  const said = pick?.querySelector(".pick-chosen");
  if (!said) return;
  said.textContent = `${said.dataset.sending} ${said.textContent}`;
  pick.append(document.createElement("progress"));
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.detail.elt?.querySelector?.(".pick progress") || event.target.querySelector?.(".pick progress");
  if (bar && event.detail.lengthComputable) { bar.max = event.detail.total; bar.value = event.detail.loaded; }
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt, pick = form instanceof HTMLFormElement && form.querySelector(".pick");
  if (!pick) return;
  pick.querySelector("progress")?.remove();
  const said = pick.querySelector(".pick-chosen");
  said.textContent = event.detail.xhr.status ? "" : said.dataset.failed;
  form.reset();
});

// A part that htmx brings beside the target is left alone while somebody writes in it, or when nothing in it is new.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const old = event.detail.target, next = event.detail.fragment.firstElementChild;
  const isWritten = [...old.querySelectorAll("input, textarea")].some((input) => input.type !== "hidden" && input.type !== "file" && input.value !== input.defaultValue);
  const isSame = next?.dataset.version && next.dataset.version === old.dataset.version;
  if (isSame || isWritten || old.contains(document.activeElement)) event.detail.shouldSwap = false;
});

// A form is sent once: the second press of a button changes nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) { event.preventDefault(); return; }
  if (form.method === "post" && !form.hasAttribute("hx-post")) {
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  }
});
window.addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });
