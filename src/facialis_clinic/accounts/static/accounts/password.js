// Show what is typed into a password field, by a button beside it. Without JavaScript the field is a plain one.
"use strict";
for (const field of document.querySelectorAll('input[type="password"]')) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "aslink";
  const say = () => {
    const hidden = field.type === "password";
    button.textContent = hidden ? "Show the password" : "Hide the password";
  };
  button.addEventListener("click", () => {
    field.type = field.type === "password" ? "text" : "password";
    say();
  });
  // Whatever is sent is sent from a password field, so that no browser keeps it among what was typed before.
  field.form?.addEventListener("submit", () => { field.type = "password"; });
  say();
  field.insertAdjacentElement("afterend", button);
}
