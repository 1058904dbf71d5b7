// The document of an event's user as it is now, once more: whoever stored the event's content may
// have died before it was fanned out.

import type { Resolved } from '../document.ts';
import type { AcceptedEvent } from '../event.ts';
import type { ContentStore } from '../ports.ts';
import type { DeliverContent } from './deliver-content.ts';
import type { UntilAvailable } from './until-available.ts';

/** `resolved`: what is told with it. */
export type ResendEvent = (event: AcceptedEvent, resolved?: readonly Resolved[]) => Promise<void>;

export function createResendEvent(deps: {
  store: Pick<ContentStore, 'readDocuments' | 'readGeneric'>;
  deliver: DeliverContent;
  untilAvailable: UntilAvailable;
}): ResendEvent {
  const { store, deliver, untilAvailable } = deps;
  return async ({ user, lane }, resolved = []) => {
    const documents = user === null ? [] : await untilAvailable(() => store.readDocuments([user]));
    const generic = user === null ? await untilAvailable(() => store.readGeneric()) : [];
    await deliver({ lane, documents, generic, resolved });
  };
}
