// Lets lists be searched and sorted, and counts what is shown. Without this script their filters work
// all the same.
(() => {
  "use strict";
  const text = new Intl.Collator("en", { numeric: true });

  for (const form of document.querySelectorAll(".controls")) {
    const section = form.closest("section");
    const lines = [...section.querySelectorAll(".lines > *")];
    const told = new Map(
      lines.map((line) => [line, `${line.textContent} ${line.dataset.words ?? ""}`.toLowerCase()]),
    );
    const input = form.querySelector("[type=search]");
    const count = section.querySelector(".count");
    const all = count.textContent;

    const show = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const line of lines) {
        line.hidden = !words.every((word) => told.get(line).includes(word));
      }
      const shown = lines.filter((line) => line.offsetParent !== null).length;
      count.textContent = shown === lines.length ? all : `${shown} of ${all}`;
    };

    const sorts = form.querySelector(".sort");
    const sort = () => {
      const chosen = sorts.querySelector(":checked").value;
      const [sign, by] = chosen.startsWith("-") ? [-1, chosen.slice(1)] : [1, chosen];
      const key = (line) => line.dataset[by] ?? "";
      const rows = [...lines];
      if (by) rows.sort((a, b) => sign * text.compare(key(a), key(b)));
      lines[0].parentElement.append(...rows);
    };
    if (sorts) {
      sorts.hidden = false;
      sorts.addEventListener("change", sort);
      addEventListener("pageshow", sort); // a browser may have kept what was chosen
    }

    form.hidden = input.parentElement.hidden = false;
    input.addEventListener("input", show);
    form.addEventListener("change", show);
    form.addEventListener("submit", (event) => event.preventDefault());
    addEventListener("pageshow", show);
  }
})();
