/** `node:net`, of which Express asks only whether a host is an address. */
export function isIP(host: string): 0 | 4 | 6 {
  if (/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(host)) return 4;
  return host.includes(':') && /^[0-9a-f:.]+$/i.test(host) && URL.canParse(`http://[${host}]/`) ? 6 : 0;
}
