// Line icons, drawn on a 20 × 20 grid.

import { svg } from "./dom.js";

const PATHS = {
  hash: "M8 3 6 17M14 3l-2 14M3.5 7.5h13.5M3 12.5h13.5",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  back: "M12 4 6 10l6 6",
  close: "M5 5l10 10M15 5 5 15",
  down: "M5 8l5 5 5-5",
  next: "M5 4l7 6-7 6zM15 4v12",
  clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 6v4l3 2",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  reply: "M4 4h12v9H9l-4 3.5V13H4z",
  smile: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M7 12c1.5 2 4.5 2 6 0M7.5 8h.01M12.5 8h.01",
  send: "M3 10 17 3.5 13 17l-3.5-5.5zM9.5 11.5 17 3.5",
  bolt: "M11 2.5 4.5 11.5H10l-1 6 6.5-9H10z",
  eye: "M2 10c3.5-6 12.5-6 16 0-3.5 6-12.5 6-16 0M10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
  check: "M4 10.5l4 4 8-9",
  slash: "M12.5 3l-5 14",
  plus: "M10 4v12M4 10h12",
};

/** A decorative icon; the button around it carries the words. */
export function icon(name) {
  return svg(
    "svg",
    { class: `icon icon-${name}`, viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: PATHS[name] }),
  );
}
