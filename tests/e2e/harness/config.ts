// Configs for servers that are not the built-in demo.

/** Four people, each in a team of their own name. */
const PEOPLE = `
[people.noc]
name = "Nora"
teams = ["noc"]
[people.sre]
name = "Sam"
teams = ["sre"]
[people.middleware]
name = "Mika"
teams = ["middleware"]
[people.netsec]
name = "Noel"
teams = ["netsec"]
`;

/** One target, this machine, and what else a test needs. */
export function config(more = ""): string {
  return `${PEOPLE}
[targets.local]
environment = "test"
description = "This machine"
[targets.local.env]
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
${more}`;
}
