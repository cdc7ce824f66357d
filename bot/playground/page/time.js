// The clock in the bar, and moving it.

import { h } from "./dom.js";
import { calendarNow, clockFace, fromWall, soon, toWall } from "./format.js";
import { icon } from "./icons.js";
import { anchored, closePopup, isOpen, togglePopup } from "./popup.js";
import { isPending, me, perform, store, ui } from "./store.js";
import { flush } from "./values.js";

const STEPS = [[15, "+15 min"], [60, "+1 h"], [24 * 60, "+1 day"]];

const move = (how) => perform("move_time", { do: "move_time", ...how }, flush);

function stepButton([minutes, label]) {
  return h("button", { type: "button", class: "button", "data-minutes": minutes, onclick: () => move({ minutes }) }, label);
}

function moveTo(event) {
  event.preventDefault();
  const to = fromWall(new FormData(event.target).get("to"), me().tz);
  if (!to) return;
  closePopup({ refocus: true });
  move({ to: to.toISOString() });
}

function panel() {
  const now = toWall(calendarNow(), me().tz);
  const field = {
    id: "move-to", name: "to", type: "datetime-local", class: "text-field", required: true, min: now,
    value: ui.popup.to ?? now, oninput: ({ target }) => Object.assign(ui.popup, { to: target.value }),
  };
  return h(
    "div",
    { role: "dialog", "aria-label": "Move the clock", class: "time-panel" },
    h("p", {}, `It is ${clockFace(calendarNow())} for you (${me().tz}).`),
    h("div", { class: "row" }, STEPS.map(stepButton)),
    h(
      "form",
      { onsubmit: moveTo },
      h("label", { class: "label", for: "move-to" }, "Move to"),
      h(
        "div",
        { class: "row" },
        h("input", field),
        h("button", { type: "submit", class: "button primary" }, "Move"),
      ),
    ),
  );
}

function nextButton() {
  const due = store.state.next_due;
  const waiting = isPending("move_time");
  const words = waiting ? "Moving…" : due ? `Next: ${soon(new Date(due))}` : "Nothing due";
  const properties = {
    type: "button", class: "button button-next", "data-next": due, "aria-busy": waiting ? "true" : null,
    "aria-disabled": waiting || !due ? "true" : null, title: "Moves the clock to the next moment at which something is due",
    onclick: () => due && move({ next: true }),
  };
  return h("button", properties, icon("next"), h("span", {}, words));
}

/** The calendar's time for the acting person, and, where it may be moved, the buttons for that. */
export function timeControl() {
  const face = [icon("clock"), h("time", { datetime: store.state.now }, clockFace(calendarNow()))];
  if (!store.state.can_move_time) return h("div", { class: "clock" }, face);
  const properties = {
    type: "button", class: "button button-clock", "aria-label": `Time: ${clockFace(calendarNow())}`,
    "aria-haspopup": "dialog", "aria-expanded": String(isOpen("time")), onclick: () => togglePopup("time"),
  };
  const clock = anchored("time", h("button", properties, face, icon("down")), panel, { side: "right" });
  return h("div", { class: "clock" }, clock, nextButton());
}
