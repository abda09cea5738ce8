"use strict";
// Makes the pages better, and nothing depends on it: a choice of light or dark, keys, local times beside UTC,
// a notice of new entries. Loads nothing but /news.json of this server.
(function () {
  const root = document.documentElement;
  const THEMES = ["system", "light", "dark"];
  const stored = function (name, value) {
    try {
      if (value === undefined) return localStorage.getItem(name);
      localStorage.setItem(name, value);
    } catch (_) { /* a browser that keeps nothing */ }
    return null;
  };

  const show = function (theme) {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  // Before the page is drawn: this script stands in the head.
  show(stored("theme"));

  const make = function (tag, text, attributes) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    Object.assign(made, attributes || {});
    return made;
  };

  const themes = function (place) {
    let theme = THEMES.includes(stored("theme")) ? stored("theme") : "system";
    const button = make("button", "", { type: "button" });
    const tell = function () { button.textContent = "Colours: " + theme; };
    button.addEventListener("click", function () {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      stored("theme", theme);
      show(theme);
      tell();
    });
    tell();
    place.append(button);
  };

  const localTimes = function () {
    for (const time of document.querySelectorAll("main time[datetime*='T']")) {
      const moment = new Date(time.dateTime);
      if (isNaN(moment) || moment.getTimezoneOffset() === 0) continue;
      const options = { hour: "2-digit", minute: "2-digit", hour12: false };
      if (moment.toDateString() !== new Date().toDateString()) Object.assign(options, { month: "short", day: "numeric" });
      const local = make("small", " " + moment.toLocaleString("en-GB", options) + " here", { className: "local" });
      time.after(local);
    }
  };

  const keys = function (place) {
    let on = stored("keys") !== "off";
    const items = function () { return Array.from(document.querySelectorAll("article.item a.open")); };
    const step = function (by) {
      const all = items();
      if (!all.length) return;
      const now = all.findIndex(function (one) { return one.closest("article").contains(document.activeElement); });
      const next = now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + by));
      all[next].focus();
      all[next].closest("article").scrollIntoView({ block: "nearest" });
    };
    const open = function () {
      const item = document.activeElement && document.activeElement.closest("article.item");
      if (item) item.querySelector("a.open").click();
    };
    const actions = {
      j: function () { step(1); },
      k: function () { step(-1); },
      o: open,
      "/": function () {
        const box = document.querySelector("main input[type=search]");
        if (box) { box.focus(); box.select(); } else location.href = place.dataset.search;
      },
    };
    document.addEventListener("keydown", function (event) {
      const typing = event.target.closest && event.target.closest("input, select, textarea, [contenteditable]");
      if (!on || typing || event.ctrlKey || event.metaKey || event.altKey || !actions[event.key]) return;
      event.preventDefault();
      actions[event.key]();
    });
    const help = make("span");
    const button = make("button", "", { type: "button" });
    const tell = function () {
      help.textContent = on ? "Keys: j next, k back, o open, / search " : "Keys are off ";
      button.textContent = on ? "Turn keys off" : "Turn keys on";
    };
    button.addEventListener("click", function () { on = !on; stored("keys", on ? "on" : "off"); tell(); });
    tell();
    place.append(help, button);
  };

  const news = function () {
    const notice = document.querySelector("[data-news]");
    if (!notice) return;
    const look = async function () {
      if (document.hidden) return;
      try {
        const reply = await fetch(notice.dataset.news, { headers: { Accept: "application/json" } });
        if (!reply.ok) return;
        const told = await reply.json();
        if (!told.new) return;
        const many = told.new >= told.most ? told.most + " or more new entries" : told.new + " new entr" + (told.new > 1 ? "ies" : "y");
        const link = make("a", many, { href: notice.dataset.again });
        notice.replaceChildren(link);
      } catch (_) { /* the server is not there now; the next look tells */ }
    };
    setInterval(look, 120000);
    document.addEventListener("visibilitychange", look);
  };

  document.addEventListener("DOMContentLoaded", function () {
    const place = document.querySelector("[data-tools]");
    if (place) { themes(place); keys(place); }
    localTimes();
    news();
  });
})();
