// The steps of a draft (`draft.rs`) → elements. Elements, attributes and text are made one by one: no markup is ever read.

const CLOSE = 0;
const OPEN = 1;
const TEXT = 2;
const SET = 3;
const KEEP = 4;
const BITS = 3;

/** One element of each kind, to clone. A kind is its tag, its class and pairs of names and values. */
function moulds(kinds) {
  return kinds.map(([tag, name, ...fixed]) => {
    const mould = document.createElement(tag);
    if (name) mould.className = name;
    for (let at = 0; at < fixed.length; at += 2) mould.setAttribute(fixed[at], fixed[at + 1]);
    return mould;
  });
}

/** Makes the elements; gives back the fragment that holds them, and behind it those that are to be kept, in order. */
export function draw(steps, words, kinds, attributes) {
  const moulded = moulds(kinds);
  const fragment = document.createDocumentFragment();
  const made = [fragment];
  let open = fragment;
  let read = 0;
  for (let at = 0; at < steps.length; at++) {
    const about = steps[at] >>> BITS;
    switch (steps[at] & 7) {
      case OPEN:
        open = open.appendChild(moulded[about].cloneNode(false));
        break;
      case CLOSE:
        open = open.parentNode;
        break;
      case TEXT:
        open.appendChild(document.createTextNode(words.slice(read, read + about)));
        read += about;
        break;
      case SET: {
        const length = steps[++at];
        open.setAttribute(attributes[about], words.slice(read, read + length));
        read += length;
        break;
      }
      case KEEP:
        made.push(open);
        break;
      default:
        throw new Error(`there is no step ${steps[at]}`);
    }
  }
  return made;
}
