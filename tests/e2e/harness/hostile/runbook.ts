// A runbook that has one string in every place where an author can put one.

/** A YAML scalar: JSON's strings are YAML's. */
const yaml = (text: string): string => JSON.stringify(text);
const oneLine = (text: string): string => text.replace(/[\r\n]+/g, " ");

/** The runbook. What an unclosed tag or comment may swallow stands last. */
export function hostileRunbook(text: string): string {
  const line = oneLine(text);
  const value = yaml(text);
  const short = yaml(line);
  return `---
title: ${value}
description: ${value}
service: ${value}
owner: ${value}
last_reviewed_on: ${value}
review_in: ${value}
tags: [${value}, "b"]
alerts: [${value}]
unknown: ${value}
inputs:
  one: {type: string, required: false, default: ${short}, description: ${value}, placeholder: ${value}}
  two: {type: choice, options: [${short}, other], default: ${short}, description: ${value}}
  many: {type: multichoice, required: false, options: [${short}, other], description: ${value}}
  long: {type: text, required: false, default: ${value}, pattern: ${value}, description: ${value}}
---
# ${line}

\`\`\`sh
#| action: ${short}
#| inputs: [one, two, many]
#| danger: ${short}
#| on_fail: ${short}
${text}
\`\`\`

\`\`\`sh
#| action: broken
#| ${line}: ${short}
#| target: ${short}
#| approve: ${short}
${text}
\`\`\`

## ${line}

Before ${line} after **${line}** and *${line}* and ~~${line}~~.

- ${line}
- [ ] ${line} <!-- step: {name: ${yaml(line)}, team: ${yaml(line)}} -->

> ${line}

| ${line.replaceAll("|", "\\|")} | b |
|---|---|
| ${line.replaceAll("|", "\\|")} | \`${line.replaceAll("|", "\\|")}\` |

[link](${line}) [link](<${line}>) [${line}](https://example.com "${line}") ![${line}](${line}) ![x](<${line}>) [${line}][ref] <${line}>

[ref]: <${line}> "${line}"

A note[^n].

[^n]: ${line}

\`\`\`${line}
${text}
\`\`\`

    ${line}

<a href="${line}" title="${line}">${line}</a>

<img src="${line}" alt="${line}" title='${line}'>

<div class="${line}" id=${line}>${line}</div>

<${line}>

${text}
`;
}

/** A file name that holds as much of the string as a file system takes. */
export function hostileName(index: number, text: string): string {
  const name = `${index} ${text.replaceAll("/", "").replaceAll("\0", "")}`;
  let kept = "";
  for (const sign of name.replace(/\p{Surrogate}/gu, "\ufffd")) {
    if (Buffer.byteLength(kept + sign) > 200) break;
    kept += sign;
  }
  return kept.trim();
}
