/**
 * Names made by the server: what the client wrote as generateName, and five random letters.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/names/generate.go, k8s.io/apimachinery/pkg/util/rand/rand.go.
 */
const alphanums = 'bcdfghjklmnpqrstvwxz2456789';
const maxGeneratedNameLength = 63 - 5;

/** Random text without vowels, so that no words come about. */
export function randomString(length: number): string {
  let text = '';
  // a UUID's first and last group are nothing but random; engines have a store of them, and none of smaller numbers
  while (text.length < length) {
    for (const digits of crypto.randomUUID().replaceAll('-', '').match(/^.{8}|.{12}$/g)!.join('').match(/../g)!) {
      // numbers past the end of the alphabet are left out, so that every letter is equally likely
      if (text.length < length) text += alphanums[Number.parseInt(digits, 16) & 31] ?? '';
    }
  }
  return text;
}

export function generateName(base: string): string {
  return base.slice(0, maxGeneratedNameLength) + randomString(5);
}
