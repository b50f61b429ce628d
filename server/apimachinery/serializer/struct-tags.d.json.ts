declare const structTags: Record<string, Record<string, string>>;
export = structTags;
