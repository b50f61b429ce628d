/** `node:path` where there are no files: what Express asks of names. Leaves out `.` and `..`. */
export const basename = (path: string): string => path.split('/').filter(Boolean).at(-1) ?? '';
export const dirname = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));
export const extname = (path: string): string => /[^/.](\.[^/.]*)$/.exec(path)?.[1] ?? '';
export const isAbsolute = (path: string): boolean => path.startsWith('/');
export const join = (...parts: string[]): string => parts.filter(Boolean).join('/');
export const resolve = (path: string): string => (isAbsolute(path) ? path : `/${path}`);
