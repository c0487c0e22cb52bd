"use strict";
(() => {
  const label = "Write to us";
  const address = document.currentScript.src.replace(/\/widget\.js(\?.*)?$/, "");
  const frame = document.createElement("iframe");
  const button = document.createElement("button");
  frame.title = label;
  frame.hidden = true;
  Object.assign(frame.style, {
    position: "fixed", right: "1rem", bottom: "5rem", width: "min(380px, calc(100vw - 2rem))",
    height: "min(560px, calc(100vh - 7rem))", border: "1px solid #b9c4cf", borderRadius: "12px",
    background: "#fff", boxShadow: "0 8px 30px rgba(0,0,0,.2)", zIndex: "2147483000",
  });
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  Object.assign(button.style, {
    position: "fixed", right: "1rem", bottom: "1rem", padding: ".8rem 1.2rem", border: "0", borderRadius: "2rem",
    background: "#0b5cad", color: "#fff", font: "16px system-ui, sans-serif", cursor: "pointer", zIndex: "2147483000",
  });
  button.addEventListener("click", () => {
    if (!frame.src) frame.src = address;
    frame.hidden = !frame.hidden;
    button.setAttribute("aria-expanded", String(!frame.hidden));
  });
  const show = () => document.body.append(frame, button);
  if (document.body) show(); else document.addEventListener("DOMContentLoaded", show);
})();
