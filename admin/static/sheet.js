// A grid that is filled like a spreadsheet: Enter and the arrows move between cells, and rows copied from one fill it.
// <table data-sheet> with <tr data-row>; each cell is an input with data-cell="name"; data-title is its heading.
"use strict";
(() => {
  const rows = (table) => [...table.querySelectorAll("tr[data-row]")];
  const cells = (row) => [...row.querySelectorAll("[data-cell]")];
  const plain = (text) => text.replace(/[\s（）()：:]/g, "").toLowerCase();
  const say = (table, text) => {
    const box = document.querySelector(table.dataset.said || "#sheet-said");
    if (box) box.textContent = text;
  };

  const go = (table, input, down, across) => {
    const all = rows(table);
    const row = all.indexOf(input.closest("tr"));
    const column = cells(all[row]).indexOf(input);
    const next = all[row + down];
    const target = next && cells(next)[column + across];
    if (!target) return false;
    target.focus();
    if (target.select) target.select();
    return true;
  };

  const atEdge = (input, key) => {
    if (input.tagName !== "INPUT" || input.type !== "text") return true;
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    if (whole) return true;
    return key === "ArrowLeft" ? input.selectionEnd === 0 : input.selectionStart === input.value.length;
  };

  const put = (input, text) => {
    if (!input || input.readOnly || input.disabled) return;
    input.value = text.trim();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  // Columns by their headings, where the first row copied has them; else from the cell pasted into.
  const headings = (table, line) => {
    const known = new Map(cells(rows(table)[0]).map((one) => [plain(one.dataset.title), one.dataset.cell]));
    for (const one of cells(rows(table)[0])) {
      for (const other of (one.dataset.aliases || "").split(" ").filter(Boolean)) known.set(plain(other), one.dataset.cell);
    }
    const found = line.map((text) => known.get(plain(text)) || null);
    return found.filter(Boolean).length >= Math.min(2, line.length) ? found : null;
  };

  // A row is found by what names it (案件编号, 户主); where nothing does, rows follow one another.
  const named = (table, names, line) => {
    for (const row of rows(table)) {
      for (const key of cells(row).filter((one) => one.dataset.key !== undefined)) {
        const at = names.indexOf(key.dataset.cell);
        if (at >= 0 && line[at] && key.value.trim() === line[at].trim()) return row;
      }
    }
    return null;
  };

  const paste = (table, input, text) => {
    const lines = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
    const names = headings(table, lines[0]);
    const all = rows(table);
    let filled = 0, missed = 0;
    if (names) {
      const keys = cells(all[0]).filter((one) => one.dataset.key !== undefined).map((one) => one.dataset.cell);
      const keyed = names.some((one) => keys.includes(one));
      let next = all.indexOf(input.closest("tr"));
      for (const line of lines.slice(1)) {
        let row = keyed ? named(table, names, line) : all[next++];
        if (!row && keyed) row = all.find((one) => cells(one).every((cell) => !cell.value || cell.dataset.default === cell.value));
        if (!row) { missed += 1; continue; }
        names.forEach((name, at) => name && line[at] !== undefined && put(row.querySelector(`[data-cell="${name}"]`), line[at]));
        filled += 1;
      }
    } else {
      const first = all.indexOf(input.closest("tr"));
      const column = cells(all[first]).indexOf(input);
      lines.forEach((line, down) => {
        const row = all[first + down];
        if (!row) { missed += 1; return; }
        line.forEach((value, across) => put(cells(row)[column + across], value));
        filled += 1;
      });
    }
    const zh = window.jiuzhu && window.jiuzhu.zh;
    say(table, zh ? `已粘贴 ${filled} 行${missed ? `，${missed} 行没有对应的户` : ""}` : `${filled} rows pasted${missed ? `, ${missed} fit no household` : ""}`);
  };

  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  document.addEventListener("keydown", (event) => {
    const input = event.target.closest && event.target.closest("[data-cell]");
    const table = input && input.closest("table[data-sheet]");
    if (!table || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === "Enter") {
      if (input.tagName === "TEXTAREA" && event.shiftKey) return;
      event.preventDefault();
      go(table, input, event.shiftKey ? -1 : 1, 0);
      return;
    }
    const move = moves[event.key];
    if (!move || (input.tagName === "SELECT" && move[0])) return;
    if (move[1] && !atEdge(input, event.key)) return;
    if (go(table, input, ...move)) event.preventDefault();
  });

  document.addEventListener("paste", (event) => {
    const input = event.target.closest && event.target.closest("[data-cell]");
    const table = input && input.closest("table[data-sheet]");
    const text = table && event.clipboardData.getData("text/plain");
    if (!text || !/[\t\n]/.test(text.replace(/\n+$/, ""))) return;
    event.preventDefault();
    paste(table, input, text);
  });

  document.addEventListener("focusin", (event) => {
    const input = event.target.closest && event.target.closest("table[data-sheet] input[data-cell]");
    if (input && input.select) input.select();
  });

  // How many take part, and how many of them are of a role, as they are ticked.
  const count = (root) => {
    const taken = [...root.querySelectorAll('input[name="attend"]:checked')];
    for (const box of document.querySelectorAll("[data-count]")) {
      const role = box.dataset.count;
      box.textContent = String(role ? taken.filter((one) => one.dataset.role === role).length : taken.length);
    }
  };
  document.addEventListener("change", (event) => {
    if (event.target.name === "attend") {
      const signed = document.querySelector(`input[name="signed"][value="${event.target.value}"]`);
      if (signed) signed.checked = event.target.checked;
    }
    if (event.target.name === "chair") {
      const there = document.querySelector(`input[name="attend"][value="${event.target.value}"]`);
      if (there && !there.checked) { there.checked = true; there.dispatchEvent(new Event("change", { bubbles: true })); }
    }
    count(document);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-tick]");
    if (!button) return;
    for (const box of document.querySelectorAll(`input[name="${button.dataset.tick}"]`)) {
      box.checked = true;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  document.addEventListener("DOMContentLoaded", () => count(document));
})();
