// Lets the columns of tables be sorted by their headings. Without this script they stay as they are.
(() => {
  "use strict";
  const said = (cell) => (cell.querySelector(".name") ?? cell.firstChild)?.textContent.trim() ?? "";
  const value = (cell) => cell.querySelector("time")?.dateTime ?? said(cell);
  const text = new Intl.Collator("en", { numeric: true });

  for (const table of document.querySelectorAll("table.sortable")) {
    const [body] = table.tBodies;
    if (body.rows.length < 2) continue;
    const headings = [...table.tHead.rows[0].cells];
    table.tHead.classList.add("sorting");
    headings.forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      heading.classList.add("sorts");
      button.addEventListener("click", () => {
        const down = heading.ariaSort === "ascending";
        for (const one of headings) one.ariaSort = null;
        heading.ariaSort = down ? "descending" : "ascending";
        const rows = [...body.rows];
        rows.sort((a, b) => text.compare(value(a.cells[column]), value(b.cells[column])));
        body.append(...(down ? rows.reverse() : rows));
      });
    });
  }
})();
