/**
 * Files of a volume that lie in each other's way.
 *
 * Upstream: warningsForOverlappingVirtualPaths of pkg/api/pod/warnings.go.
 */
import { isFields, struct, structs, text } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import { quote } from '../../apimachinery/quote.ts';
import { trimRight } from '../../apimachinery/trim.ts';

interface Place {
  path: string;
  source: string;
}

const printed = ({ path, source }: Place) => (source === '' ? quote(path) : `${quote(path)} (${source})`);
const placesOf = (of: Fields, source: string): Place[] => structs(of, 'items').map((item) => ({ path: trimRight(text(item, 'path'), '/'), source }));
const within = (a: string, b: string) => a !== '' && b !== '' && (`${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`));

function overlaps(places: Place[]): string[] {
  return places.flatMap((place, i) => places.slice(0, i).filter((other) => within(place.path, other.path)).map((other) => `${printed(place)} with ${printed(other)}`));
}

function projected(source: Fields): Place[] {
  for (const [kind, called] of [['configMap', 'ConfigMap'], ['secret', 'Secret']] as const) {
    const from = source[kind];
    if (isFields(from) && structs(from, 'items').length > 0) return placesOf(from, `${called} ${quote(text(from, 'name'))}`);
  }
  if (structs(struct(source, 'downwardAPI'), 'items').length > 0) return placesOf(struct(source, 'downwardAPI'), 'DownwardAPI');
  const token = source['serviceAccountToken'];
  return isFields(token) ? [{ path: trimRight(text(token, 'path'), '/'), source: 'ServiceAccountToken' }] : [];
}

export function warningsForOverlaps(volume: Fields): string[] {
  const name = quote(text(volume, 'name'));
  const tell = (what: string, places: Place[]) => overlaps(places).map((body) => `volume ${name} (${what}): overlapping paths: ${body}`);
  const [configMap, secret, sources] = [struct(volume, 'configMap'), struct(volume, 'secret'), structs(struct(volume, 'projected'), 'sources')];
  return [
    ...tell(`ConfigMap ${quote(text(configMap, 'name'))}`, placesOf(configMap, '')),
    ...tell(`Secret ${quote(text(secret, 'secretName'))}`, placesOf(secret, '')),
    ...tell('DownwardAPI', placesOf(struct(volume, 'downwardAPI'), '')),
    ...sources.filter((source) => Object.keys(source).length === 0).map(() => `volume ${name} (Projected) has no sources provided`),
    ...tell('Projected', sources.flatMap(projected)),
  ];
}
