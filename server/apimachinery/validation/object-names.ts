/**
 * Which names the objects of a kind may have.
 *
 * Upstream: k8s.io/apimachinery/pkg/api/validation/generic.go, pkg/api/validation/path/name.go.
 */
import { isDNS1123Label, isDNS1123Subdomain, isPathSegmentName, isPathSegmentPrefix } from '../names.ts';

/** Checks an object's name; `prefix` when something will be appended to it (generateName). */
export type ValidateNameFunc = (name: string, prefix: boolean) => string[];

/** A trailing dash is fine where letters follow; like upstream, the letter before it goes too. */
const maskTrailingDash = (name: string) => (name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name);

const masked = (check: (name: string) => string[]): ValidateNameFunc => (name, prefix) => check(prefix ? maskTrailingDash(name) : name);

export const nameIsDNSSubdomain = masked(isDNS1123Subdomain);
export const nameIsDNSLabel = masked(isDNS1123Label);
export const nameIsPathSegment: ValidateNameFunc = (name, prefix) => (prefix ? isPathSegmentPrefix(name) : isPathSegmentName(name));
