/* Files dropped or chosen are sent one request each, three at a time, with a bar for each; what is refused says why beside its name. */
(function () {
  "use strict";

  const AT_ONCE = 3;
  const waiting = [];
  let busy = 0;

  function line(zone, name) {
    const item = document.createElement("li");
    item.className = "sending";
    const label = document.createElement("span");
    label.textContent = name;
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", `${name} on its way`);
    item.append(label, bar);
    zone.querySelector("[data-sent]").append(item);
    return item;
  }

  function say(zone, sentence) {
    zone.querySelector("[data-said]").textContent = sentence;
  }

  function refused(job, sentence, again) {
    const problem = document.createElement("p");
    problem.className = "usa-error-message";
    problem.textContent = sentence;
    job.item.querySelector("progress").remove();
    job.item.append(problem);
    if (again) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "usa-button usa-button--unstyled";
      button.textContent = `Try again: ${job.file.name}`;
      button.addEventListener("click", () => {
        job.item.remove();
        add(job.zone, [job.file]);
      });
      job.item.append(button);
    }
    say(job.zone, sentence);
  }

  function taken(job, outcome) {
    const made = document.createElement("template");
    made.innerHTML = outcome.html;
    const item = made.content.firstElementChild;
    if (outcome.sentence) {
      const note = document.createElement("p");
      note.className = "small";
      note.textContent = outcome.sentence;
      item.append(note);
    }
    job.item.replaceWith(item);
    say(job.zone, `${job.file.name} is attached. ${outcome.sentence}`);
    document.dispatchEvent(new CustomEvent("icm:saved"));
  }

  function answered(job, request) {
    let outcome = null;
    try {
      outcome = JSON.parse(request.responseText).outcomes[0];
    } catch {
      refused(job, `“${job.file.name}” was not attached: the portal did not take it. Sign in again if you were signed out.`, true);
      return;
    }
    if (outcome.ok) taken(job, outcome);
    else refused(job, outcome.sentence, false);
  }

  function send(job) {
    const zone = job.zone;
    const place = zone.closest("form[data-attach]");
    const body = new FormData();
    body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    body.append("about", place ? place.querySelector("[name=about]").value : zone.dataset.about);
    body.append("files", job.file);
    const request = new XMLHttpRequest();
    const done = (act) => () => {
      act();
      busy -= 1;
      next();
    };
    request.open("POST", zone.dataset.url);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      const bar = job.item.querySelector("progress");
      if (bar && event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("load", done(() => answered(job, request)));
    request.addEventListener("error", done(() => refused(job, `“${job.file.name}” was not attached: the network is down.`, true)));
    request.send(body);
  }

  function next() {
    while (busy < AT_ONCE && waiting.length) {
      busy += 1;
      send(waiting.shift());
    }
  }

  function add(zone, files) {
    [...files].forEach((file) => waiting.push({ zone, file, item: line(zone, file.name) }));
    next();
  }

  function holdsFiles(event) {
    return event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  }

  function watch(zone) {
    const chooser = document.createElement("input");
    chooser.type = "file";
    chooser.multiple = true;
    chooser.accept = zone.dataset.accept;
    chooser.addEventListener("change", () => {
      add(zone, chooser.files);
      chooser.value = "";
    });
    zone.querySelector("[data-choose]").addEventListener("click", () => chooser.click());
    zone.addEventListener("dragover", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      zone.classList.add("drop--over");
    });
    zone.addEventListener("dragleave", () => zone.classList.remove("drop--over"));
    zone.addEventListener("drop", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      zone.classList.remove("drop--over");
      add(zone, event.dataTransfer.files);
    });
  }

  document.querySelectorAll("[data-drop]").forEach(watch);
  /* A file that misses its place must not replace the page and what is typed on it. */
  ["dragover", "drop"].forEach((kind) =>
    document.addEventListener(kind, (event) => {
      if (holdsFiles(event)) event.preventDefault();
    }),
  );
  window.addEventListener("beforeunload", (event) => {
    if (busy || waiting.length) event.preventDefault();
  });
})();
