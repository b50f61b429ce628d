/**
 * Names made by the server: what the client wrote as generateName, and five random letters.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/names/generate.go, k8s.io/apimachinery/pkg/util/rand/rand.go.
 */
const alphanums = 'bcdfghjklmnpqrstvwxz2456789';
const maxGeneratedNameLength = 63 - 5;

/** Where the bytes of a UUID stand that are nothing but random. UUIDs come out of a store; single bytes cost a call to the system. */
const randomDigits = [0, 2, 4, 6, 9, 11, 24, 26, 28, 30, 32, 34];

/** Random text without vowels, so that no words come about. */
function randomString(length: number): string {
  let text = '';
  while (text.length < length) {
    const uuid = crypto.randomUUID();
    for (const at of randomDigits) {
      // bytes past the end of the alphabet are left out, so that every letter is equally likely
      if (text.length < length) text += alphanums[Number.parseInt(uuid.slice(at, at + 2), 16) & 31] ?? '';
    }
  }
  return text;
}

export function generateName(base: string): string {
  return base.slice(0, maxGeneratedNameLength) + randomString(5);
}
