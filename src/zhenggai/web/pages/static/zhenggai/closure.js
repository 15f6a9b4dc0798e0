// Shows of the signing form what the chosen step asks for; without this script all of it is shown.
"use strict";
function showDemanded() {
  const chosen = document.querySelector("#signing input[name=transition]:checked");
  const demands = chosen ? chosen.dataset.demands.split(" ") : [];
  document.querySelectorAll("#signing [data-demand]").forEach((part) => {
    part.hidden = !demands.includes(part.dataset.demand);
  });
}
document.addEventListener("change", (event) => {
  if (event.target.matches("#signing input[name=transition]")) showDemanded();
});
showDemanded();
