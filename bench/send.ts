/** Single requests, by which a measurement is prepared. */
import type { MeasuredServer } from './measured-server.ts';

export async function send({ url, token }: MeasuredServer, method: string, path: string, object?: object, accept = 'application/json'): Promise<string> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept },
    ...(object && { body: JSON.stringify(object) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
  return text;
}
