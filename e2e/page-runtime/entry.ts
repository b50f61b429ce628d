/** What the page of the test loads: the site's runtime, and nothing of its components. */
import type { LabMessage } from '../../server/observe/lab/messages.ts';
import { pageHosts } from '../../site/runtime/hosts.ts';

declare global {
  interface Window {
    pageHosts: typeof pageHosts;
    /** What the test subscribed to. */
    heard: LabMessage[];
  }
}

window.pageHosts = pageHosts;
