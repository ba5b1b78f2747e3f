// How far an export is. The download is the browser's own, so that a large file never has to fit into the page; this asks
// how many rows are written, and can ask the server to stop.
(() => {
  "use strict";
  const page = document.querySelector("[data-export]");
  const box = page?.querySelector("[data-export-progress]");
  if (!box) return;
  const [bar, words, form] = [box.querySelector("progress"), box.querySelector("[data-export-words]"), box.querySelector("form")];
  const count = (n) => n.toLocaleString("en-GB");
  let number = 0;
  let timer = 0;

  const show = (said) => {
    const ended = { done: "Done: ", failed: "Stopped after ", cancelled: "Cancelled after " }[said.state];
    const of = said.total > 0 && !ended ? ` of ${count(said.total)}` : "";
    words.textContent = said.state === "unknown" ? "Your browser shows how far the file is." : `${ended || ""}${count(said.rows)}${of} rows`;
    if (said.state === "done") { bar.max = 1; bar.value = 1; }
    else if (said.total > 0) { bar.max = said.total; bar.value = said.rows; }
    form.hidden = Boolean(ended) || said.state === "unknown";
    return !ended;
  };

  const ask = async (watch, misses) => {
    let said;
    try {
      const answer = await fetch(`/install-base/export/progress?watch=${watch}`, { headers: { Accept: "application/json" } });
      said = await answer.json();
    } catch { said = { state: "unknown" }; }
    if (form.elements.watch.value !== watch) return;
    const missed = said.state === "unknown" ? misses + 1 : 0;
    if (missed === 0 || missed > 8) if (!show(said) || missed > 8) return;
    timer = setTimeout(ask, 400, watch, missed);
  };

  page.addEventListener("click", (event) => {
    const link = event.target.closest("[data-export-link]");
    if (!link) return;
    number += 1;
    const watch = `${page.dataset.export}-${number}`;
    const to = new URL(link.href);
    to.searchParams.set("watch", watch);
    link.href = to.href;
    form.elements.watch.value = watch;
    box.hidden = false;
    bar.removeAttribute("value");
    words.textContent = "Beginning …";
    form.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(ask, 300, watch, 0);
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  });
})();
