// The command palette: the search over everything, on top of the page. The server finds and draws; this moves the focus.
(() => {
  "use strict";
  const dialog = () => document.getElementById("palette");
  const links = () => [...dialog().querySelectorAll("[data-palette-list] a")];
  let asked = null;
  let waiting = 0;

  const show = async (query) => {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(`/search?part=list&q=${encodeURIComponent(query)}`, { signal: asked.signal, redirect: "error" });
      if (!answer.ok) throw new Error(answer.statusText);
      const part = new DOMParser().parseFromString(await answer.text(), "text/html");
      dialog().querySelector("[data-palette-list]").replaceChildren(...part.body.childNodes);
      dialog().dataset.shown = query;
    } catch (e) {
      if (e.name === "AbortError") return;
      const line = document.createElement("p");
      line.textContent = "The search can't be reached. Press Enter to try it as a page.";
      dialog().querySelector("[data-palette-list]").replaceChildren(line);
    }
  };

  window.packtidePalette = () => {
    const box = dialog();
    if (!box?.showModal) return false;
    if (box.open) { box.close(); return true; }
    const input = box.querySelector("input");
    box.showModal();
    input.focus();
    input.select();
    show(input.value);
    return true;
  };

  const move = (event) => {
    const all = links();
    const at = all.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || all.length === 0) return;
    event.preventDefault();
    if (at + step < 0) dialog().querySelector("input").focus();
    else all[Math.min(at + step, all.length - 1)].focus();
  };

  document.addEventListener("keydown", (event) => { if (dialog()?.open) move(event); });
  document.addEventListener("input", (event) => {
    if (!event.target.matches("#palette input")) return;
    clearTimeout(waiting);
    waiting = setTimeout(show, 120, event.target.value);
  });
  document.addEventListener("submit", (event) => {
    // Enter opens the first thing found. Before there is one, the search's own page answers.
    const query = event.target.closest("#palette") && event.target.q.value;
    if (!query || dialog().dataset.shown !== query || links().length === 0) return;
    event.preventDefault();
    links()[0].click();
  });
  document.addEventListener("click", (event) => { if (event.target === dialog()) dialog().close(); });
})();
