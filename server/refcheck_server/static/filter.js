// Adds a search field to the list of clouds, and lets it be sorted. Without this script the filters
// work all the same.
(() => {
  "use strict";
  const field = document.querySelector(".search");
  const count = document.getElementById("count");
  const lines = [...document.querySelectorAll(".market > li")];
  if (!field || !count) return;
  const input = field.querySelector("input");
  const total = lines.length;

  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const line of lines) {
      line.hidden = !words.every((word) => line.dataset.words.includes(word));
    }
    const shown = lines.filter((line) => line.offsetParent !== null).length;
    count.textContent = shown === total ? `${total} clouds` : `${shown} of ${total} clouds`;
  };

  const list = document.querySelector(".market");
  const sorts = document.querySelector(".sort");
  const sort = () => {
    const by = sorts.querySelector(":checked").value;
    const key = (line) => line.dataset[by];
    const rows = [...lines];
    if (by !== "name") rows.sort((a, b) => key(b).localeCompare(key(a)));
    list.append(...rows);
  };

  field.hidden = sorts.hidden = false;
  sorts.addEventListener("change", sort);
  input.addEventListener("input", apply);
  document.querySelector(".controls").addEventListener("change", apply);
  apply();
})();
