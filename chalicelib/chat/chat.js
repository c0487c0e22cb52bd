"use strict";
(() => {
  const { root, channel } = document.body.dataset;
  const labels = JSON.parse(document.body.dataset.labels);
  const base = `${root}/chat/${channel}`;
  const key = `hearback-${channel}`;
  const list = document.getElementById("messages");
  const form = document.getElementById("compose");
  const field = document.getElementById("text");
  const problem = document.getElementById("problem");
  const waiting = new Map();
  let token = localStorage.getItem(key) || "";
  let shown = "";
  let idle = 0;

  const show = (text) => { problem.textContent = text; problem.hidden = !text; };

  const line = (message, pending) => {
    const item = document.createElement("li");
    item.className = message.who + (pending ? " waiting" : "");
    item.append(message.text);
    const note = document.createElement("small");
    const at = new Date(message.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    note.textContent = pending ? labels.sending : at + (message.automatic ? ` · ${labels.automatic}` : "");
    item.append(note);
    return item;
  };

  const draw = (messages) => {
    for (const message of messages) waiting.delete(message.id);
    const now = JSON.stringify([messages, [...waiting.keys()]]);
    if (now === shown) return false;
    shown = now;
    list.replaceChildren(...messages.map((m) => line(m, false)), ...[...waiting.values()].map((m) => line(m, true)));
    list.lastElementChild?.scrollIntoView({ block: "end" });
    return true;
  };

  const authorised = async (path, options = {}) => {
    if (!token) {
      const answer = await fetch(`${base}/visitors`, { method: "POST" });
      if (!answer.ok) return answer;
      token = (await answer.json()).token;
      localStorage.setItem(key, token);
    }
    const headers = { ...options.headers, Authorization: `Bearer ${token}` };
    const answer = await fetch(path, { ...options, headers });
    if (answer.status === 401) { token = ""; localStorage.removeItem(key); }
    return answer;
  };

  let known = [];
  const refresh = async () => {
    try {
      const answer = await authorised(`${base}/messages`);
      if (answer.ok) { known = (await answer.json()).messages; show(""); }
      if (answer.status === 429) { show(labels.busy); idle = 200; }
    } catch { show(labels.offline); }
    idle = draw(known) ? 0 : idle + 1;
    setTimeout(refresh, idle < 60 ? 1500 : idle < 200 ? 5000 : 20000);
  };

  const send = async (message, tries = 0) => {
    try {
      const body = JSON.stringify({ id: message.id, text: message.text });
      const options = { method: "POST", body, headers: { "Content-Type": "application/json" } };
      const answer = await authorised(`${root}/webhooks/${channel}`, options);
      if (answer.ok) { idle = 0; return; }
      if (answer.status === 413) { waiting.delete(message.id); draw(known); show(labels.too_long); return; }
    } catch { /* The same id is sent again: it cannot arrive twice. */ }
    if (tries < 20) setTimeout(() => send(message, tries + 1), Math.min(1000 * 2 ** tries, 30000));
    else show(labels.not_sent);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    const id = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
    const message = { id, text, who: "customer", at: new Date().toISOString() };
    waiting.set(message.id, message);
    field.value = "";
    draw(known);
    send(message);
  });

  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });

  if (token) refresh(); else authorised(`${base}/messages`).then(refresh, refresh);
})();
