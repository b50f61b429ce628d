/** What a request costs at the full chain, beside bare Express that answers the same bytes. */
import { load } from './load.ts';
import type { Load, Row } from './load.ts';
import { startMeasured } from './measured-server.ts';
import { configMap, nameOf, pod } from './objects.ts';
import type { Report } from './report.ts';
import { send } from './send.ts';

const namespace = '/api/v1/namespaces/default';
const configMaps = `${namespace}/configmaps`;
const pods = `${namespace}/pods`;
const listed = 1000;

export async function requests(): Promise<Report> {
  const ours = await startMeasured();
  await send(ours, 'POST', configMaps, configMap('one'));
  for (let n = 0; n < listed; n++) await send(ours, 'POST', pods, pod(nameOf(n)));
  const onePod = `${pods}/${nameOf(1)}`;
  const allPods = `${pods}?resourceVersion=0`;
  const objects = { configmaps: await send(ours, 'GET', `${configMaps}/one`), pods: await send(ours, 'GET', onePod) };
  const list = await send(ours, 'GET', allPods);
  const limit = await startMeasured({ get: objects, list, create: objects, event: '' });
  const both = async (what: string, asked: Load): Promise<Row> => ({ what, ours: await load(ours, asked), limit: await load(limit, asked) });
  const rows: Row[] = [
    await both('GET one ConfigMap', get(`${configMaps}/one`)),
    { ...(await both(`GET one Pod (${objects.pods.length} bytes)`, get(onePod))), bar: 80 },
    { ...(await both(`LIST ${listed} Pods from the cache (${Math.round(list.length / 1024)} KB)`, get(allPods))), bar: 3000 },
    await both('create a ConfigMap', create(configMaps, configMap(''))),
    { ...(await both('create a Pod', create(pods, pod('')))), bar: 400 },
  ];
  await Promise.all([ours.stop(), limit.stop()]);
  return { rows };
}

function get(path: string): Load {
  return { method: 'GET', path };
}

function create(path: string, object: { metadata: object }): Load {
  return { method: 'POST', path, body: JSON.stringify({ ...object, metadata: { ...object.metadata, name: undefined, generateName: 'made-' } }) };
}
