// Uploads with a progress bar. A refused upload keeps the form as it stands, its chosen file included: only the error
// parts of the answer are taken over.
(() => {
  "use strict";
  const words = (loaded, total) => {
    const mb = (n) => (n / 1048576).toFixed(1);
    return `${mb(loaded)} of ${mb(total)} MB`;
  };

  const showProgress = (form, loaded, total) => {
    const box = form.querySelector("[data-upload-progress]");
    if (!box) return;
    box.hidden = false;
    const bar = box.querySelector("progress");
    bar.max = total;
    bar.value = loaded;
    const label = box.querySelector("[data-upload-words]");
    label.textContent = loaded < total ? words(loaded, total) : "Sent. Reading the file …";
  };

  const takeErrors = (form, answer) => {
    const from = answer.getElementById(form.id) || answer.querySelector("[data-upload]");
    if (!from) return false;
    for (const slot of form.querySelectorAll("[data-error-slot]")) {
      const fresh = from.querySelector(`[data-error-slot="${CSS.escape(slot.dataset.errorSlot)}"]`);
      slot.replaceChildren(...(fresh ? fresh.cloneNode(true).childNodes : []));
    }
    for (const control of form.elements) {
      const fresh = control.id && from.querySelector(`#${CSS.escape(control.id)}`);
      if (!fresh) continue;
      for (const name of ["aria-invalid", "aria-describedby"]) {
        if (fresh.hasAttribute(name)) control.setAttribute(name, fresh.getAttribute(name));
        else control.removeAttribute(name);
      }
    }
    form.querySelector(".error-summary")?.focus();
    return true;
  };

  const showFailure = (form, text) => {
    const slot = form.querySelector("[data-error-slot='summary']");
    if (!slot) return;
    const box = document.createElement("div");
    box.className = "error-summary";
    box.setAttribute("role", "alert");
    box.tabIndex = -1;
    const line = document.createElement("p");
    line.textContent = text;
    box.append(line);
    slot.replaceChildren(box);
    box.focus();
  };

  // A file that the server would refuse for its size is refused here, before minutes are spent on sending it.
  const refusedBySize = (form) => {
    for (const input of form.querySelectorAll("input[type='file'][data-max-bytes]")) {
      if (![...input.files].some((file) => file.size > Number(input.dataset.maxBytes))) continue;
      const slot = form.querySelector(`[data-error-slot="${CSS.escape(input.id)}"]`);
      const words = document.createElement("span");
      words.textContent = input.dataset.maxWords;
      slot?.replaceChildren(words);
      input.setAttribute("aria-invalid", "true");
      showFailure(form, input.dataset.maxWords);
      return true;
    }
    return false;
  };

  const showPage = (request) => {
    // The server answered with another page (an error page, or sign-in): show what it said.
    document.open();
    document.write(request.responseText);
    document.close();
  };

  window.packtideUpload = (event, release) => {
    const form = event.target;
    event.preventDefault();
    if (form.dataset.sent || refusedBySize(form)) return;
    form.dataset.sent = "true";
    form.setAttribute("aria-busy", "true");
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    // With this header the server may answer 200 and X-Location instead of a redirect: a redirect would be followed
    // here already, and the page's one-time message would be spent before anybody saw it.
    request.setRequestHeader("X-Upload", "1");
    request.upload.addEventListener("progress", (e) => { if (e.lengthComputable) showProgress(form, e.loaded, e.total); });
    const ended = () => {
      release(form);
      const box = form.querySelector("[data-upload-progress]");
      if (box) box.hidden = true;
    };
    request.addEventListener("load", () => {
      if (request.status < 400) { location.assign(request.getResponseHeader("X-Location") || request.responseURL); return; }
      ended();
      if (request.status === 401) {
        showFailure(form, "You are not signed in any more. Sign in in another tab, then send this again: all of it is still here.");
        return;
      }
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      if (!takeErrors(form, answer)) showPage(request);
    });
    request.addEventListener("error", () => {
      ended();
      showFailure(form, "The connection broke while the file was sent. Nothing was stored: try again.");
    });
    request.addEventListener("abort", ended);
    // FormData leaves out the button that was pressed unless it is named.
    request.send(new FormData(form, event.submitter));
  };
})();
