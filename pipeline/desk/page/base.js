// The page of the desk. It shows what Python tells and says what a person does; it decides nothing.
// Whatever comes from a file or a register is set as text (textContent), never as HTML.

const CARD = { width: 220, height: 262, gap: 14, edge: 4 }; // at least so wide; edge: the scroller's padding, for outlines
const MOST_CARD = 360; // wider ones show their small picture blurred
const ROWS_BEYOND = 2; // rows drawn above and below what is in view, so that scrolling shows no gaps
const KEPT_THUMBS = 600; // pictures kept in the browser; older ones are asked for again
const ASKED_AT_ONCE = 12; // pictures asked for at once: so many are made in a tenth of a second, and keys wait no longer
const PART = 1 << 20; // bytes of a file sent at once: a web socket takes ten times that
const LOOK_EVERY = 5000; // milliseconds between two looks at what another desk decided

const LOST_AFTER = 45000; // milliseconds without an answer after which the program has stopped

const fill = (text, gaps = {}) => text.replace(/\{(\w+)\}/g, (whole, gap) => (gap in gaps ? String(gaps[gap]) : whole));

/** A sentence for one or for many. */
const counted = (forms, gaps) => fill(gaps.count === 1 ? forms.one : forms.many, gaps);

/** An element with attributes, listeners (on…) and children; children that are text stay text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A picture that came as bytes. */
const picture = (bytes) => URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
