// Rayne's visitor script: counts visits, page views, clicks and errors. No dependency, no cookie.
// Data attributes on elements: data-rayne-action names a click, data-rayne-ignore hides one.
(function () {
  "use strict";
  var me = document.currentScript;
  var base = me && me.src ? me.src.replace(/\/rayne-rum\.js.*$/, "") : "/v1/rum";
  var MOST_WAITING = 100, SEND_AT = 20, SEND_AFTER = 2000, MOST_ERRORS = 50;
  var waiting = [], timer = 0, errors = 0, left = false, begun = false, sending = false, page = "";

  if (window.rayneRum || !window.fetch) return;
  if (refused()) {
    forget("visitor_uuid");
    forget("session_id");
    window.rayneRum = { action: function () {}, error: function () {}, ids: function () { return null; } };
    return;
  }
  var visitor = recall("visitor_uuid") || newId();
  var session = recall("session_id") || newId();
  window.rayneRum = {
    action: action,
    error: error,
    ids: function () { return { visitor_uuid: visitor, session_id: session }; }
  };
  if (document.prerendering) document.addEventListener("prerenderingchange", begin, { once: true });
  else begin();

  // Do Not Track or Global Privacy Control: then nothing is sent and nothing kept.
  function refused() {
    var dnt = navigator.doNotTrack || window.doNotTrack;
    return dnt === "1" || dnt === "yes" || navigator.globalPrivacyControl === true;
  }

  function begin() {
    begun = true;
    adopt({}); // at once, for the tab that opens next
    var opening = { visitor_uuid: visitor, entry_page: where(), user_agent: navigator.userAgent };
    if (document.referrer) opening.referrer = document.referrer.split(/[?#]/)[0];
    post("/init", opening, adopt);
    view();
    listen();
  }

  function listen() {
    ["pushState", "replaceState"].forEach(function (name) {
      var original = history[name];
      history[name] = function () {
        var result = original.apply(this, arguments);
        setTimeout(moved, 0); // the page sets its title after the address
        return result;
      };
    });
    on(window, "popstate", function () { setTimeout(moved, 0); });
    on(window, "hashchange", moved);
    on(document, "click", clicked);
    on(window, "error", failed);
    on(window, "unhandledrejection", function (event) { error(event.reason); });
    on(document, "visibilitychange", function () {
      if (document.visibilityState === "hidden") leave();
      else left = false;
    });
    on(window, "pagehide", leave);
    on(window, "pageshow", function (event) {
      if (!event.persisted) return; // back by the back button, out of the browser's cache
      left = false;
      view();
    });
  }

  // Without the query: it may hold what is nobody's business.
  function where() {
    var route = location.hash.indexOf("#/") === 0 ? location.hash.split("?")[0] : "";
    return location.origin + location.pathname + route;
  }

  function moved() {
    if (where() !== page) view();
  }

  function view() {
    page = where();
    add({ event_type: "view" });
  }

  function clicked(event) {
    var at = event.target;
    var element = at && at.closest && at.closest(
      "[data-rayne-action],a,button,input,select,textarea,summary,label,[role=button]");
    if (!element || element.closest("[data-rayne-ignore]")) return;
    var tag = element.tagName.toLowerCase();
    var text = tag === "select" || tag === "textarea" ? "" : element.textContent; // not what people enter
    var name = element.getAttribute("data-rayne-action") || element.getAttribute("aria-label") ||
      text.trim().replace(/\s+/g, " ") || element.name || element.id || tag;
    add({ event_type: "action", action_type: "click", action_name: name.slice(0, 80) });
  }

  function action(name, metadata) {
    add({ event_type: "action", action_type: "custom", action_name: String(name), metadata: metadata });
  }

  function failed(event) {
    var at = event.target;
    if (at && at !== window) return error("could not load " + (at.src || at.href || at.tagName));
    error(event.error || event.message, [event.filename, event.lineno, event.colno].join(":"));
  }

  function error(reason, source) {
    if (++errors > MOST_ERRORS) return;
    var stack = reason && reason.stack && String(reason.stack).slice(0, 1000);
    var metadata = { source: source, stack: stack };
    add({ event_type: "error", error_message: String(reason).slice(0, 1000), metadata: metadata });
  }

  function add(event) {
    if (waiting.length >= MOST_WAITING) return;
    event.page_url = page;
    event.page_title = document.title;
    waiting.push(event);
    if (waiting.length >= SEND_AT) flush();
    else timer = timer || setTimeout(flush, SEND_AFTER);
  }

  // One batch after the other, so that they arrive in order.
  function flush() {
    clearTimeout(timer);
    timer = 0;
    if (sending || !waiting.length) return;
    sending = true;
    post("/track", batch(), adopt, function () {
      sending = false;
      if (waiting.length) flush();
    });
  }

  function batch() {
    return { visitor_uuid: visitor, session_id: session, events: waiting.splice(0) };
  }

  // Hidden pages may be gone for good without another word, so this is the time to say it.
  function leave() {
    if (left || !begun) return;
    left = true;
    clearTimeout(timer);
    timer = 0;
    if (waiting.length) beacon("/track", batch());
    beacon("/session/end", { visitor_uuid: visitor, session_id: session, exit_page: where() });
  }

  function adopt(ids) {
    visitor = ids.visitor_uuid || visitor;
    session = ids.session_id || session;
    remember("visitor_uuid", visitor);
    remember("session_id", session);
  }

  // As text/plain, which needs no preflight. What fails is lost: a visit is no reason to retry.
  function post(path, body, then, after) {
    var text = JSON.stringify(body);
    fetch(base + path, {
      method: "POST", body: text, keepalive: text.length < 60000, credentials: "omit",
      headers: { "Content-Type": "text/plain;charset=UTF-8" }
    }).then(function (reply) { return reply.ok ? reply.json().then(then) : 0; })
      .catch(function () {}).then(after);
  }

  function beacon(path, body) {
    var sent = navigator.sendBeacon && navigator.sendBeacon(base + path, JSON.stringify(body));
    if (!sent) post(path, body, function () {});
  }

  function on(target, name, then) {
    target.addEventListener(name, function (event) {
      try { then(event); } catch (problem) { /* the page comes first */ }
    }, true);
  }

  function newId() {
    var source = window.crypto;
    if (source && source.randomUUID) return source.randomUUID();
    return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, function (digit) {
      var random = source ? source.getRandomValues(new Uint8Array(1))[0] : Math.random() * 256;
      return (digit ^ (random & (15 >> (digit / 4)))).toString(16);
    });
  }

  // Storage may be blocked or full: then the ids live as long as the page.
  function recall(name) {
    try {
      var id = localStorage.getItem("rayne_" + name);
      return /^[0-9a-f-]{36}$/.test(id) ? id : null;
    } catch (blocked) { return null; }
  }

  function remember(name, value) {
    try { localStorage.setItem("rayne_" + name, value); } catch (blocked) { /* see above */ }
  }

  function forget(name) {
    try { localStorage.removeItem("rayne_" + name); } catch (blocked) { /* nothing was kept */ }
  }
})();
