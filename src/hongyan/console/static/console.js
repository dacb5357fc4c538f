// All that the console needs besides htmx. Nothing here is needed for reading.
"use strict";

// What updates by itself rests while nobody sees it, and looks at once when somebody does.
document.addEventListener("htmx:config:request", (event) => {
  const { sourceElement } = event.detail.ctx;
  if (document.hidden && sourceElement.hasAttribute("data-rests")) event.preventDefault();
});

// A page that cannot reach the server says so, until it can again.
function sayOffline(offline) {
  for (const notice of document.querySelectorAll("[data-offline]")) notice.hidden = !offline;
}
document.addEventListener("htmx:after:request", (event) => {
  sayOffline(event.detail.ctx.response.status >= 500);
});
document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx) sayOffline(true);
});

// "/" goes to the search of the page.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, select, textarea, [contenteditable]")) return;
  const search = document.querySelector("[data-search]");
  if (search === null) return;
  event.preventDefault();
  search.focus();
});
