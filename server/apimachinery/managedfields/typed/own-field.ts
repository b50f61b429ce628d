/** An entry of a map whose keys anybody may choose, `constructor` and `valueOf` among them. */
export const ownField = (fields: Record<string, unknown>, key: string): unknown => (Object.hasOwn(fields, key) ? fields[key] : undefined);
