// Small behaviours, each bound by a data attribute. Every page works without them.
"use strict";

// data-until="2026-11-22T10:30:00Z": count down in minutes and seconds; reload once when the time is over.
for (const clock of document.querySelectorAll("[data-until]")) {
  const until = Date.parse(clock.dataset.until);
  const tick = () => {
    const left = Math.max(0, Math.floor((until - Date.now()) / 1000));
    const minutes = String(Math.floor(left / 60)).padStart(2, "0");
    clock.textContent = `${minutes}:${String(left % 60).padStart(2, "0")}`;
    if (left > 0) setTimeout(tick, 500);
    else if (!sessionStorage.getItem(clock.dataset.until)) { sessionStorage.setItem(clock.dataset.until, "1"); location.reload(); }
  };
  tick();
}

// data-auto-submit: a form that is sent as soon as a file or a choice is made.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto-submit]");
  if (form && event.target.type === "file" && event.target.files.length) form.requestSubmit();
  else if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
});

// A form is sent once: the second press of a button changes nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) { event.preventDefault(); return; }
  if (form.method === "post" && !form.hasAttribute("hx-post")) {
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  }
});
window.addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });

// data-print: print this page.
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());

// data-copy="text": copy, and say so for a moment.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const before = button.textContent;
    button.textContent = button.dataset.copied || "✓";
    setTimeout(() => { button.textContent = before; }, 1500);
  });
}
