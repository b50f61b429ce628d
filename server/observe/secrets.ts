/** Fields that nobody but their readers in the API should see, by kind: traces hold none of them. */
export const secretFields: Readonly<Record<string, readonly string[]>> = { Secret: ['data', 'stringData'], TokenReview: ['spec'], TokenRequest: ['status'] };

/** Whether objects of this kind, or changes to them, may hold what is secret. */
export function holdsSecrets({ kind }: { kind: string }): boolean {
  return kind in secretFields;
}
