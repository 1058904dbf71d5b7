// The login of solo mode, wired: who may be logged in, and what the platform is told of it.

import { randomUUID } from 'node:crypto';
import type { Config } from '../domain/config.ts';
import type { TokenKeys } from '../domain/token-keys.ts';
import { addDemoSessionRoutes, type DemoPerson } from '../inbound/http-demo-session.ts';
import type { HttpServer } from '../inbound/http-server.ts';
import { createAuthenticateClient } from '../inbound/http-tokens.ts';
import type { Credentials } from './credentials.ts';
import { signToken } from './sign-token.ts';
import { createPost } from './solo-demo-post.ts';
import { soloHost as host } from './solo-ports.ts';
import { demoSessionPath, type SoloSettings } from './solo-settings.ts';

const people: readonly DemoPerson[] = [
  { user: 'ada', name: 'Ada', about: 'has a saved quote for her car' },
  { user: 'ben', name: 'Ben', about: 'is a new customer' },
  { user: 'mira', name: 'Mira', about: 'likes to travel' },
];

const source = '/demo-login';
const type = 'user.login';
const sessionTtlS = 8 * 3_600;
const tokenTtlS = 900;

export type SoloSession = ReturnType<typeof openSoloSession>;

export function openSoloSession(call: {
  settings: SoloSettings;
  config: Config;
  credentials: Credentials;
}) {
  const { settings, config, credentials } = call;
  const knowsLogins = config.events.some((event) => event.type === type);
  const post = createPost(call);

  async function reportLogin(user: string): Promise<void> {
    if (!knowsLogins) return;
    await post({ source, id: randomUUID(), type, subject: user, data: {} });
  }

  return {
    /** `null`: nobody logs in where there is no page. */
    addRoutesOf(port: number, keys: TokenKeys): ((routes: HttpServer['routes']) => void) | null {
      if (config.page === undefined) return null;
      const { clockToleranceS, tokenCookie } = settings.limits.replica;
      const { issuer, audience } = credentials.token;
      const authenticate = createAuthenticateClient({
        ...{ keys, issuer, audience, clockToleranceS, tokenCookie, nowMs: Date.now },
      });
      return (routes) =>
        addDemoSessionRoutes(routes, {
          path: demoSessionPath,
          ...{ origin: `http://${host}:${port}`, people, tokenCookie, sessionTtlS, tokenTtlS },
          ...{ authenticate, reportLogin, nowMs: Date.now },
          signToken: (user, ttlS) => signToken(credentials, { user, ttlS }),
        });
    },
  };
}
