// TCP, from the test itself.

import { connect } from "node:net";

/** Connects to a port: `"connected"`, or the system's code of the refusal, such as `ECONNREFUSED`. */
export function tryPort(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 5000 });
    const done = (result: string) => {
      socket.destroy();
      resolve(result);
    };
    socket.on("connect", () => done("connected"));
    socket.on("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    socket.on("timeout", () => done("ETIMEDOUT"));
  });
}
