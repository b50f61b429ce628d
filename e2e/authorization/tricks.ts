/** Requests that would rather be taken for others: the same target in other words, from a seed. */
import type { Random } from '../fuzz/random.ts';

export const targets = [
  '/api/v1/namespaces/b/secrets/one', '/api/v1/namespaces/b/secrets', '/api/v1/secrets', '/api/v1/namespaces/a/secrets/two', '/api/v1/namespaces/a/secrets',
  '/api/v1/namespaces/a/configmaps/one', '/api/v1/namespaces/a/configmaps/two', '/api/v1/namespaces/a/configmaps', '/api/v1/namespaces/b/configmaps/one', '/api/v1/configmaps',
  '/apis/rbac.authorization.k8s.io/v1/clusterroles', '/apis/apps/v1/namespaces/a/deployments/one/scale', '/api/v1/namespaces/a/pods/one/log', '/api/v1/namespaces/a/status', '/api/v1/nodes', '/metrics', '/healthz/etcd', '/openid/v1/jwks',
];

type Trick = (target: string, random: Random) => string;

const hex = (char: string, random: Random) => {
  const code = char.charCodeAt(0).toString(16).padStart(2, '0');
  return `%${random.chance(0.5) ? code : code.toUpperCase()}`;
};

/** At some place that is a slash, or that is none. */
function at(target: string, random: Random, slash: boolean, change: (char: string) => string): string {
  const places = [...target].flatMap((char, i) => ((char === '/') === slash ? [i] : []));
  const place = random.pick(places);
  return places.length === 0 ? target : target.slice(0, place) + change(target[place]!) + target.slice(place + 1);
}

const inserted = (...what: string[]): Trick => (target, random) => at(target, random, true, () => random.pick(what));
const after = (...what: string[]): Trick => (target, random) => target + random.pick(what);
const before = (...what: string[]): Trick => (target, random) => random.pick(what) + target;

export const tricks: Record<string, Trick> = {
  'an escape': (target, random) => at(target, random, false, (char) => hex(char, random)),
  'an escaped slash': (target, random) => at(target, random, true, () => random.pick(['%2f', '%2F'])),
  'an escape of an escape': (target, random) => at(target, random, random.chance(0.5), (char) => `%25${hex(char, random).slice(1)}`),
  'a broken escape': (target, random) => at(target, random, random.chance(0.5), (char) => random.pick([`%${char}`, '%', '%2', '%u002f', '%c0%af', '%ff'])),
  'slashes': inserted('//', '///', '/%2f', '%2f/'),
  'dot segments': inserted('/./', '/../', '/x/../', '/%2e/', '/%2e%2e/', '/.%2e/', '/namespaces/a/../', '/.../', '/..;/'),
  'another case': (target, random) => at(target, random, false, (char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase())),
  'parameters': inserted(';/', ';a=b/', '/;/', '/;x=/', '%3b/'),
  'nothing': inserted('/%00', '%00/', '/%00/', '/%0a', '/%0d%0a', '/%20', '%09/', '/%7f'),
  'backslashes': inserted('\\', '/\\', '%5c', '/..\\', '/..%5c'),
  'other alphabets': (target, random) => at(target, random, random.chance(0.5), (char) => random.pick(['%EF%BC%8F', '\uff0f', '%E2%88%95', '\u2044', `${char}%CC%81`, '\u017f', '%E2%84%AA', '\u200b', '%EF%BB%BF'])),
  'another end': after('/', '//', '/.', '/..', '/%2e%2e', '%2f', ';', ';jsessionid=1', '.json', '%00', '%20', '#', '#/', '%23', '%3f', '%3Fwatch=true', '*', '~'),
  'another start': before('/', '//', '/.', '/..', '/%2e', '/x/..', '/api/..', '/api/v1/..', '/;', '\\', '/metrics/..', '/healthz/../'),
  'a whole address': before('http://127.0.0.1', 'https://127.0.0.1:6443', 'HTTP://a', 'http://metrics', 'https://user:password@a', 'http:', 'file://a', '//a', 'http://a/..'),
  'a verb within the path': (target, random) => target.replace(/^(\/api\/v1|\/apis\/[^/]+\/v1)\//, (_, base: string) => base + random.pick(['/watch/', '/proxy/', '/watch/watch/', '/proxy/watch/', '/WATCH/', '/watch//'])),
  'more below': after('/proxy', '/proxy/', '/proxy/../../../b/secrets/one', '/log', '/status', '/scale', '/status/../..', '/x/y/z', '/status/x', '/log/x', '/exec/..', '/namespaces/b/secrets/one'),
  'another namespace': (target, random) => target.replace('/namespaces/', random.pick(['/namespaces//', '/namespaces/b/namespaces/', '/namespaces/a/../', '/namespaces/%2e%2e/', '/namespaces/a%2f', '/namespaces/*/', '/namespaces/a,b/', '/Namespaces/', '/namespaces/a/namespaces/'])),
  'length': (target, random) => at(target, random, true, () => `/${random.pick(['/', 'a', '%61', '../'])}`.repeat(random.pick([100, 1000, 3000]))),
};

const name = 'fieldSelector=metadata.name';
export const queries = [
  'watch=true', 'watch=1', 'watch', 'watch=false', 'watch=0&watch=true', 'watch=true&watch=false', 'WATCH=true', 'watch=maybe', 'watch=tru%65', 'w%61tch=true', 'watch=true;', ';watch=true', '%77atch=false',
  `${name}%3Done`, `${name}=one`, `${name}==one`, `${name}=%6fne`, `${name}!=one`, `${name}=two`, `${name}=one,metadata.name=two`, `${name}=two,metadata.name=one`, `metadata.namespace=b`, `${name}=one,metadata.namespace=b`,
  `${name}=one&fieldSelector=`, `fieldSelector=&${name}=one`, `${name}=one&${name}=two`, `${name}=two&${name}=one`, `${name}=one;`, `${name}=one;&x`, `${name}=..`, `${name}=`, `${name}=one&limit=x`, `${name}=one&labelSelector=!!`, `${name}=one&watch=true`, `${name}=one&watch=1&watch=0`, `fieldSelector=metadata.name%253Done`, `fieldselector=metadata.name=one`, `${name}=one&labelSelector=canary`, `${name}=one&continue=x`, `${name}=one%00`, `${name}=one%26fieldSelector=`,
  'as=root', 'impersonate-user=root', 'access_token=token-of-root', 'token=token-of-root', 'authorization=Bearer%20token-of-root', '_method=GET', 'method=DELETE', 'dryRun=All', 'namespace=b', 'name=two', 'resource=secrets', 'pretty=true', 'resourceVersion=0', 'resourceVersion=0&watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan', 'limit=1', 'fieldManager=x', '#', '?watch=true', '&&&', '=', '%zz', '%zz&watch=true', 'watch=true#',
];

/** Some tricks at once, and perhaps a query. */
export function tricky(random: Random): string {
  let target = random.pick(targets);
  for (let n = random.pick([0, 1, 1, 1, 2, 3]); n > 0; n--) target = random.pick(Object.values(tricks))(target, random);
  return random.chance(0.4) ? `${target}?${random.pick(queries)}` : target;
}
