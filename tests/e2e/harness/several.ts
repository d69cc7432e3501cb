// A runbook whose one action runs on one of four nodes, each a target of its own.

/** `script` finds the node in `$node`. */
export function several(script: string): string {
  return `---
inputs:
  node:
    type: choice
    options: [node-1, node-2, node-3, node-4]
    description: Which node
  mode: {type: choice, options: [soft, hard], default: soft}
---
# Nodes

Restart what hangs.

\`\`\`sh
#| action: Restart
#| target: $node
#| inputs: [node, mode]
#| danger: Drops the node's open sessions
echo "$mode restart of $node"
${script}
\`\`\`
`;
}
