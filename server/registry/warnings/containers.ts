/**
 * What the containers of a pod may do wrong together: variables, ports, names of ports.
 *
 * Upstream: warningsForPodSpecAndMeta of pkg/api/pod/warnings.go.
 */
import { int, isFields, struct, structs, text } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import type { Path } from '../../apimachinery/field.ts';
import { quote } from '../../apimachinery/quote.ts';
import { fractionalBytes } from './amounts.ts';

type Container = [container: Fields, path: Path];

function env(container: Fields, path: Path): string[] {
  const seen = new Set<string>();
  return structs(container, 'env').flatMap((variable, i) => {
    const [name, value] = [text(variable, 'name'), text(variable, 'value')];
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const reference = `$(${name})`;
    const builtOnIt = !isFields(variable['valueFrom']) && value !== reference && value.includes(reference);
    return builtOnIt ? [] : [`${path.child('env').index(i).toString()}: hides previous definition of ${quote(name)}, which may be dropped when using apply`];
  });
}

const bytes = ['memory', 'ephemeral-storage'];

export function warningsForContainer([container, path]: Container): string[] {
  const resources = struct(container, 'resources');
  const at = path.child('resources');
  return [...bytes.flatMap((name) => [...fractionalBytes(resources, 'limits', [name], at), ...fractionalBytes(resources, 'requests', [name], at)]), ...env(container, path)];
}

interface Port {
  path: Path;
  hostIP: string;
  hostPort: number;
}

function overlap(port: Port, other: Port): string[] {
  const tell = (what: string) => [`${port.path.toString()}: ${what} port definition with ${other.path.toString()}`];
  if (port.hostIP === other.hostIP && port.hostPort === other.hostPort) return tell('duplicate');
  if (port.hostPort === 0 || other.hostPort === 0) return tell('overlapping');
  return port.hostPort === other.hostPort && (port.hostIP === '') !== (other.hostIP === '') ? tell('dangerously ambiguous') : [];
}

/** As Go's %+v prints one. */
const printed = (port: Fields) =>
  `{Name:${text(port, 'name')} HostPort:${int(port, 'hostPort') ?? 0} ContainerPort:${int(port, 'containerPort') ?? 0} Protocol:${text(port, 'protocol')} HostIP:${text(port, 'hostIP')}}`;

export function warningsForPorts(containers: Container[]): string[] {
  const ports = containers.flatMap(([container, path]) => structs(container, 'ports').map((port, i) => ({ port, path: path.child('ports').index(i) })));
  const seen = new Map<string, Port[]>();
  const names = new Map<string, Path>();
  const overlaps = ports.flatMap(({ port, path }) => {
    const own: Port = { path, hostIP: text(port, 'hostIP'), hostPort: int(port, 'hostPort') ?? 0 };
    const key = `${int(port, 'containerPort')}/${text(port, 'protocol')}`;
    const others = seen.get(key) ?? [];
    seen.set(key, [...others, own]);
    const unbound = own.hostIP !== '' && own.hostPort === 0 ? [`${path.toString()}: hostIP set without hostPort: ${printed(port)}`] : [];
    return [...unbound, ...others.flatMap((other) => overlap(own, other))];
  });
  const repeated = ports.flatMap(({ port, path }) => {
    const name = text(port, 'name');
    const other = names.get(name);
    if (other) return [`${path.toString()}: duplicate port name ${quote(name)} with ${other.toString()}, services and probes that select ports by name will use ${other.toString()}`];
    if (name !== '') names.set(name, path);
    return [];
  });
  return [...overlaps, ...repeated];
}
