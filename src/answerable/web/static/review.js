// The review page by keyboard: 1–5 choose a decision, j and k walk the documents, n the findings, + − r the picture.
"use strict";
for (const viewer of document.querySelectorAll("[data-viewer]")) {
  const frame = viewer.querySelector(".page-image");
  let zoom = 0, turn = 0;
  viewer.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.zoom) zoom = Math.min(3, Math.max(0, zoom + Number(button.dataset.zoom)));
    if (button.hasAttribute("data-rotate")) turn = (turn + 1) % 4;
    frame.className = `page-image zoom-${zoom} turn-${turn}`;
  });
}
// A finding and its place on the picture light up together.
const findings = [...document.querySelectorAll("[data-finding]")];
function light(finding) {
  for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
  finding.classList.add("lit");
  const card = finding.closest("section");
  const box = card.querySelector(`[data-box="${finding.dataset.finding}"]`);
  if (box) {
    box.classList.add("lit");
    box.scrollIntoView({ block: "center", inline: "center" });
  }
}
for (const finding of findings) {
  finding.addEventListener("click", () => light(finding));
  finding.addEventListener("focus", () => light(finding));
}
let looked = -1;
const cards = [...document.querySelectorAll(".review-documents > section")];
let at = -1;
function show(card) {
  card.scrollIntoView();
  card.focus({ preventScroll: true });
}
for (const link of document.querySelectorAll(".jump a")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    at = cards.findIndex((card) => `#${card.id}` === link.getAttribute("href"));
    if (at >= 0) show(cards[at]);
  });
}
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input[type=text], textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const choice = document.querySelector(`#decide [data-key="${CSS.escape(event.key)}"]`);
  if (choice) { choice.checked = true; choice.focus(); event.preventDefault(); }
  const pressed = { "+": '[data-zoom="1"]', "=": '[data-zoom="1"]', "-": '[data-zoom="-1"]', r: "[data-rotate]" }[event.key];
  const viewer = (document.activeElement.closest(".review-documents > section") || cards[Math.max(0, at)])?.querySelector("[data-viewer]");
  if (pressed && viewer) viewer.querySelector(pressed).click();
  if (event.key === "n" && findings.length) {
    looked = (looked + 1) % findings.length;
    at = cards.indexOf(findings[looked].closest("section"));
    findings[looked].focus({ preventScroll: true });
    findings[looked].scrollIntoView({ block: "nearest" });
  }
  if ((event.key === "j" || event.key === "k") && cards.length) {
    at = Math.min(cards.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)));
    show(cards[at]);
  }
});
