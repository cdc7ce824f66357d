// Using an element: asking first, keeping the choice, telling the app.
// Everywhere `place` is {context, block, field}: where an element stands; `field` only in input blocks.

import { domId } from "./dom.js";
import { changed, isPending, perform, ui } from "./store.js";
import { bodyOf, flush, keep } from "./values.js";

/** An id of the element on this page; also the key under which it waits. */
export const elementId = ({ context, block }, element) => domId("e", context.key, block.block_id, element.action_id);

/** How tests and styles find an element, and whether it waits for an answer. */
export const named = (place, element) => ({
  "data-action-id": element.action_id,
  "data-block-id": place.block.block_id,
  "aria-busy": isPending(elementId(place, element)) ? "true" : null,
});

/** How a screen reader hears of an input's hint and error. */
export const described = ({ field }) => ({
  "aria-describedby": field?.describedby,
  "aria-invalid": field?.invalid ? "true" : null,
  "aria-required": field?.required ? "true" : null,
});

/** Whether using the element tells the app, or only fills in a form. */
export const tellsApp = ({ block }) => block.type !== "input" || block.dispatch_action === true;

/** Asks first where the element has a confirm dialog. */
export function ask(element, proceed) {
  if (!element.confirm) return proceed();
  ui.confirm = { dialog: element.confirm, proceed };
  return changed();
}

/** Tells the app that an element was used. */
export function tell(place, element, action) {
  const { context, block } = place;
  const body = bodyOf(context, block, element, action);
  return perform(elementId(place, element), body, () => flush(context.key));
}

/** A new choice in an element: kept, and told to whom it concerns. */
export function choose(place, element, fields) {
  const { context, block } = place;
  ask(element, () => {
    context.forgive?.(block.block_id);
    const told = tellsApp(place);
    keep(context, block, element, fields, { how: told ? null : "state" });
    if (told) tell(place, element, { type: element.type, ...fields });
    changed();
  });
}
