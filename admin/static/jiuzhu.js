// What pages do by themselves: charts, forms that warn before changes are lost, the CSRF token for fragments.
"use strict";
(() => {
  const zh = document.documentElement.lang.startsWith("zh");

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
  });

  const draw = (root) => {
    for (const box of root.querySelectorAll("[data-chart]")) {
      if (!window.echarts || box.dataset.drawn) continue;
      const chart = echarts.init(box, null, { renderer: "svg" });
      chart.setOption({ animation: false, aria: { enabled: true }, ...JSON.parse(box.dataset.chart) });
      box.dataset.drawn = "1";
      new ResizeObserver(() => chart.resize()).observe(box);
    }
  };

  // A form with changes: the browser asks before they are lost.
  const guard = (root) => {
    for (const form of root.querySelectorAll("form[data-guard]")) {
      let changed = form.hasAttribute("data-changed");
      form.addEventListener("input", () => { changed = true; });
      form.addEventListener("submit", () => { changed = false; });
      window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
    }
  };

  // A form whose answer is a file: it is saved, and the page shows what has become of the matter. A fault is a page as ever.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-download")) return;
    event.preventDefault();
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const said = answer.headers.get("Content-Disposition") || "";
    if (!answer.ok || !said.startsWith("attachment")) { form.submit(); return; }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = (said.match(/filename="?([^";]+)/) || [])[1] || "";
    link.click();
    URL.revokeObjectURL(link.href);
    location.reload();
  });

  // A submitted form is not submitted twice by a second click.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    for (const button of event.target.querySelectorAll("button:not([type=button])")) {
      setTimeout(() => { button.disabled = true; }, 0);
    }
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("form[method=post] button:disabled")) button.disabled = false;
  });

  const start = (root) => {
    draw(root);
    guard(root);
    const fault = root.querySelector("[data-focus]");
    if (fault) fault.focus();
  };
  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) start(event.detail.elt); });
  window.jiuzhu = { zh };
})();
