/** What the server says about itself, apart from its answers; each line with values to search by. */
export interface Logger {
  info(message: string, values?: Record<string, unknown>): void;
  error(err: unknown, message: string, values?: Record<string, unknown>): void;
}
