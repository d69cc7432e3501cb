// A real OpenID Connect provider of one test, and what people do at its pages.

import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { Provider } from "oidc-provider";

const CLIENT = "lastmile";
const SECRET = "rosebud-of-the-browser-tests";

/** Accounts of the provider: their names and groups. */
const ACCOUNTS: Record<string, { name: string; groups: string[] }> = {
  zoe: { name: "Zoe Young", groups: ["staff", "network operators"] },
  eve: { name: "Eve", groups: ["staff"] },
};

export class Sso {
  private handler: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;

  private constructor(private readonly http: HttpServer) {}

  /** Takes a port; it answers once `serve` has said for whom. */
  static async listen(): Promise<Sso> {
    const http = createServer();
    const sso = new Sso(http);
    http.on("request", (request, response) => sso.handler?.(request, response));
    await new Promise<void>((ready) => http.listen(0, "127.0.0.1", ready));
    return sso;
  }

  /** Another site than the app's, which is at 127.0.0.1: cookies must stand that. */
  get issuer(): string {
    return `http://localhost:${(this.http.address() as AddressInfo).port}`;
  }

  /** The part of the app's config that names this provider. */
  get config(): string {
    return `[auth]
modes = ["oidc"]
[auth.oidc]
name = "Acme"
issuer = "${this.issuer}"
client = "${CLIENT}"
secret = { command = ["echo", "${SECRET}"] }
scopes = ["profile", "groups"]
teams = { "network operators" = ["netsec"] }
`;
  }

  /** From now on people can sign in for the app at that address. */
  serve(app: string): void {
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT,
          client_secret: SECRET,
          redirect_uris: [`${app}/api/v1/session/oidc`],
          post_logout_redirect_uris: [`${app}/sign-in`],
        },
      ],
      claims: { openid: ["sub"], profile: ["name", "preferred_username"], groups: ["groups"] },
      pkce: { required: () => true },
      cookies: { keys: ["of a test"] },
      findAccount: (_: unknown, id: string) => ({
        accountId: id,
        claims: () => ({ sub: id, preferred_username: id, ...ACCOUNTS[id] }),
      }),
    });
    this.handler = provider.callback();
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((closed) => this.http.close(closed));
  }
}

/** Signs in at the provider's own pages and lets the app know. */
export async function signInAtProvider(page: Page, account: string): Promise<void> {
  await page.getByPlaceholder("Enter any login").fill(account);
  await page.getByPlaceholder("and password").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}
