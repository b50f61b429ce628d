/**
 * WithWarningRecorder sends what the layers below warn of as Warning headers, each text once; kubectl prints them. Where
 * they grow too long together, every one of them is cut.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/warning.go and NewWarningHeader of apimachinery's pkg/util/net.
 */
import type { Response } from 'express';
import type { Warnings } from '../http/context.ts';
import type { Filter } from './filter.ts';

const truncateAtTotalRunes = 4 * 1024;
const truncateItemRunes = 256;

export function withWarningRecorder(): Filter {
  return function withWarningRecorder(req, res, next) {
    req.ctx.warnings = new WarningRecorder(res);
    next();
  };
}

class WarningRecorder implements Warnings {
  readonly #res: Response;
  /** Most requests are warned of nothing. */
  #texts: Set<string> | undefined;
  #written = 0;
  #truncating = false;

  constructor(res: Response) {
    this.#res = res;
  }

  add(text: string): void {
    const texts = (this.#texts ??= new Set());
    if (text === '' || texts.has(text) || this.#res.headersSent || (this.#truncating && this.#written >= truncateAtTotalRunes)) return;
    texts.add(text);
    // control characters would end the header
    if (/\p{Cc}/u.test(text)) return;
    const runes = [...text];
    if (this.#truncating || this.#written + runes.length <= truncateAtTotalRunes) this.#write(runes);
    else this.#startTruncating(texts);
  }

  *[Symbol.iterator](): Generator<string, void> {
    yield* this.#texts ?? [];
  }

  #write(runes: string[]): void {
    const kept = this.#truncating ? runes.slice(0, truncateItemRunes) : runes;
    this.#written += kept.length;
    this.#res.append('Warning', newWarningHeader(kept.join('')));
  }

  #startTruncating(texts: ReadonlySet<string>): void {
    this.#truncating = true;
    this.#written = 0;
    this.#res.removeHeader('Warning');
    for (const text of texts) if (!/\p{Cc}/u.test(text)) this.#write([...text]);
  }
}

/** Code 299 stands for a warning that stays; headers hold Latin-1, UTF-8 goes through them byte by byte. */
function newWarningHeader(text: string): string {
  const quoted = `299 - "${text.replace(/["\\]/g, '\\$&')}"`;
  return String.fromCharCode(...new TextEncoder().encode(quoted));
}
