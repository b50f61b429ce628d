const base = import.meta.env.BASE_URL.replace(/\/$/, '');

/** A file of ours, as a page of this site; at a function if one is named. */
export function sourceHref(file: string, fn = ''): string {
  return `${base}/source/${file}/${fn === '' ? '' : `#${ownName(fn)}`}`;
}

/** `EtcdStore.get` is written as `get` where it stands. */
export function ownName(fn: string): string {
  return fn.slice(fn.lastIndexOf('.') + 1);
}
