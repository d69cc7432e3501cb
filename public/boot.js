// Starts the app: finds the built files, sets the page's Trusted Types policy, runs the wasm.
//
// A file of its own, because the pages' Content-Security-Policy allows no inline script.

const names = document.querySelector('meta[name="lastmile-app"]');
const boot = document.getElementById("boot");

// Leptos fills <template> elements from string literals of the compiled views. The only strings that may
// become markup are therefore those that stand in the wasm's own bytes: nothing that a person, a runbook or
// a server answer brought along can be among them, unless it was compiled in.
function admitOnlyCompiledStrings(wasmBytes) {
  if (!self.trustedTypes?.createPolicy) return;
  // One character per byte on both sides, so that looking for bytes becomes looking for a string.
  const asBytes = new TextDecoder("latin1");
  const encoder = new TextEncoder();
  const admitted = new Set();
  let compiled;
  self.trustedTypes.createPolicy("default", {
    createHTML(markup) {
      if (admitted.has(markup)) return markup;
      compiled ??= asBytes.decode(wasmBytes);
      if (!compiled.includes(asBytes.decode(encoder.encode(markup)))) return null;
      admitted.add(markup);
      return markup;
    },
  });
}

async function start() {
  const wasm = fetch(names.dataset.wasm).then((answer) => {
    if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}`);
    return answer;
  });
  const [app, answer] = await Promise.all([import(names.content), wasm]);
  const bytes = answer.clone().arrayBuffer();
  const module = await WebAssembly.compileStreaming(answer);
  admitOnlyCompiledStrings(await bytes);
  await app.default({ module_or_path: module });
  boot?.remove();
}

// Whoever goes on to another page while this one loads cuts it off, which is no failure.
let left = false;
addEventListener("pagehide", () => {
  left = true;
});

function explain(error) {
  if (left) {
    // Only if they come back by the browser's history, to a page that never started.
    addEventListener("pageshow", () => location.reload());
    return;
  }
  console.error(error);
  if (!boot) return;
  boot.setAttribute("role", "alert");
  boot.replaceChildren(
    `Lastmile could not start: ${error?.message ?? error}. Reload the page; if that does not help, ` +
      "the server may just have been upgraded, or this browser is older than the app needs.",
  );
}

// A trap (a panic, no more memory) ends the app for good, and leaves the page as it was: it looks alive, shows no news any
// more, and its buttons do nothing. Nobody should have to find that out in an incident.
function sayStopped(error) {
  if (!(error instanceof WebAssembly.RuntimeError) || document.getElementById("stopped")) return;
  const notice = document.createElement("div");
  notice.id = "stopped";
  notice.className = "stopped";
  notice.setAttribute("role", "alert");
  const again = document.createElement("button");
  again.type = "button";
  again.className = "button";
  again.textContent = "Reload the page";
  again.addEventListener("click", () => location.reload());
  notice.append(
    "This page has stopped because of a mistake in Lastmile: what it shows is no longer kept up to date, and its buttons do nothing. Runs go on.",
    again,
  );
  document.body.prepend(notice);
}

addEventListener("error", ({ error }) => sayStopped(error));
addEventListener("unhandledrejection", ({ reason }) => sayStopped(reason));

start().catch(explain);
