// Each choice is kept as it is made and counts the draft's version up: all forms of the page follow.
"use strict";
document.addEventListener("htmx:afterSettle", () => {
  const seen = document.getElementById("seen");
  if (seen) document.querySelectorAll("[data-seen]").forEach((field) => { field.value = seen.value; });
});
