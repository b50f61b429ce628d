/**
 * Amounts of bytes that are no whole number.
 *
 * Upstream: the checks of fractional bytes in pkg/api/pod/warnings.go and pkg/api/persistentvolume{,claim}/util.go.
 */
import { struct } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import type { Path } from '../../apimachinery/field.ts';
import { formatQuantity, milliValue, parseQuantity } from '../../apimachinery/quantity.ts';
import { quote } from '../../apimachinery/quote.ts';

/** `names` of the list at `field` are counted in bytes. */
export function fractionalBytes(obj: Fields, field: string, names: string[], path: Path): string[] {
  const list = struct(obj, field);
  return names.flatMap((name) => {
    if (list[name] === undefined) return [];
    const amount = parseQuantity(String(list[name]));
    if (milliValue(amount) % 1000 === 0) return [];
    return [`${path.child(field).key(name).toString()}: fractional byte value ${quote(formatQuantity(amount))} is invalid, must be an integer`];
  });
}
