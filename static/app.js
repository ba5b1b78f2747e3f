// What the pages gain where JavaScript runs. Every page works without this file.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  // The viewer's zone: the server reads this cookie and renders the viewer's clock with it.
  const rememberZone = () => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!zone || !/^[A-Za-z0-9_+\/-]+$/.test(zone)) return;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `tz=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  };

  // Relative words, by the same rules as view.Relative. The demo's clock may differ from the computer's, so time is
  // counted from the moment that the server wrote into the page.
  const loaded = performance.now();
  const serverNow = () => {
    const written = Date.parse(root.dataset.now || "");
    return Number.isNaN(written) ? Date.now() : written + (performance.now() - loaded);
  };
  const counted = (n, unit) => `${n} ${unit}${n === 1 ? "" : "s"}`;
  const distance = (seconds, count, mostHours) => {
    const minutes = Math.max(1, count(seconds / 60));
    const hours = count(seconds / 3600);
    const days = count(seconds / 86400);
    if (minutes < 60) return counted(minutes, "minute");
    if (hours < mostHours) return counted(hours, "hour");
    if (days < 14) return counted(days, "day");
    if (days < 61) return counted(count(seconds / 604800), "week");
    if (days < 731) return counted(count(seconds / 2629800), "month");
    return counted(count(seconds / 31557600), "year");
  };
  const relative = (at, now) => {
    const seconds = Math.abs(at - now) / 1000;
    if (seconds < 45) return "now";
    return at > now ? `in ${distance(seconds, Math.floor, 48)}` : `${distance(seconds, Math.round, 36)} ago`;
  };
  const timeLeft = (at, now) => {
    const minutes = Math.floor((at - now) / 60000);
    if (at <= now) return "due now";
    if (minutes < 1) return "less than a minute";
    const days = Math.floor(minutes / 1440);
    const hours = Math.floor((minutes % 1440) / 60);
    if (days > 0) return counted(days, "day") + (hours > 0 ? ` ${counted(hours, "hour")}` : "");
    if (hours > 0) return counted(hours, "hour") + (minutes % 60 > 0 ? ` ${counted(minutes % 60, "minute")}` : "");
    return counted(minutes, "minute");
  };
  const timeLeftShort = (at, now) => {
    if (at <= now) return "due now";
    if (at - now < 60000) return `${timeLeft(at, now)} left`;
    return `${distance((at - now) / 1000, Math.floor, 48)} left`;
  };
  const refreshTimes = () => {
    const now = serverNow();
    const show = (el, words) => { if (el.textContent !== words) el.textContent = words; };
    for (const el of document.querySelectorAll("[data-relative]")) show(el, relative(Date.parse(el.dataset.relative), now));
    for (const el of document.querySelectorAll("[data-time-left]")) {
      const at = Date.parse(el.dataset.timeLeft);
      show(el, "short" in el.dataset ? timeLeftShort(at, now) : timeLeft(at, now));
    }
  };

  // On a phone the places are a row that scrolls: the present one is brought into sight.
  const showPlace = () => {
    const place = document.querySelector(".sidenav [aria-current]");
    const row = place?.closest(".sidenav");
    if (row && row.scrollWidth > row.clientWidth) row.scrollLeft = place.offsetLeft - (row.clientWidth - place.offsetWidth) / 2;
  };

  const focusErrors = () => document.querySelector(".error-summary")?.focus();

  // Links of an error summary move the focus into the field, not only the view.
  const focusField = (event) => {
    const link = event.target.closest?.(".error-summary a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  };

  // Dialogs: a link to the confirmation's own page opens the dialog instead, where there is one.
  const openDialog = (event) => {
    const opener = event.target.closest?.("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (!dialog?.showModal || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
  };
  const invokers = "commandForElement" in HTMLButtonElement.prototype;
  const command = (event) => {
    const button = event.target.closest?.("button[commandfor]");
    const target = button && document.getElementById(button.getAttribute("commandfor"));
    if (invokers || !target) return;
    if (button.getAttribute("command") === "show-modal") target.showModal();
    if (button.getAttribute("command") === "close") target.close();
  };
  const closeDialog = (event) => {
    const closer = event.target.closest?.("[data-close-dialog]");
    const dialog = closer?.closest("dialog");
    if (!dialog) return;
    event.preventDefault();
    dialog.close();
  };

  // A click outside or Escape closes open menus.
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!except || !menu.contains(except)) menu.open = false;
    }
  };

  const dismiss = (event) => {
    const close = event.target.closest?.("[data-dismiss]");
    close?.closest(".flash")?.remove();
  };

  const copy = async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const label = button.querySelector("[data-copy-label]") || button;
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      label.textContent = "Copied";
    } catch {
      label.textContent = "Press Ctrl+C to copy";
    }
    setTimeout(() => { label.textContent = before; }, 2000);
  };

  const keys = (event) => {
    if (event.key === "Escape") closeMenus();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      const search = document.querySelector("[data-search]");
      if (window.packtidePalette?.()) { event.preventDefault(); return; }
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    }
  };

  // A form is sent once: a second click while the first is under way does nothing.
  const sendOnce = (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.hasAttribute("data-repeat")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method !== "post") return;
    form.dataset.sent = "true";
    form.setAttribute("aria-busy", "true");
    setTimeout(() => release(form), 8000); // the person may have stopped the page from loading
  };
  const release = (form) => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  };

  const start = () => {
    rememberZone();
    refreshTimes();
    setInterval(refreshTimes, 15000);
    focusErrors();
    showPlace();
  };

  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    for (const act of [openDialog, command, closeDialog, dismiss, copy, focusField]) act(event);
  });
  document.addEventListener("keydown", keys);
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-upload]")) window.packtideUpload?.(event, release);
    else sendOnce(event);
  });
  document.addEventListener("change", (event) => {
    // A select that filters sends its form by itself; without JavaScript there is a button.
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
  document.addEventListener("input", (event) => {
    // Words of the page that repeat a field's value, such as the version on a button.
    const name = event.target.dataset?.echo;
    if (!name) return;
    for (const el of document.querySelectorAll(`[data-echo-of="${name}"]`)) el.textContent = event.target.value;
  });
  document.addEventListener("change", (event) => {
    // Choosing a day means "on a date".
    const plan = event.target.closest?.("[data-chooses]")?.dataset.chooses;
    const radio = plan && event.target.form?.querySelector(`input[type="radio"][name="plan"][value="${plan}"]`);
    if (radio) radio.checked = true;
  });
  document.addEventListener("htmx:after:swap", () => { refreshTimes(); focusErrors(); });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
