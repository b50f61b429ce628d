/**
 * What Services are warned about.
 *
 * Upstream: pkg/api/service/warnings.go.
 */
import { strings, struct, text } from '../../apimachinery/access.ts';
import { newPath } from '../../apimachinery/field.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { warningsForCIDR, warningsForIP } from './addresses.ts';

const path = newPath('spec');
const hints = 'service.kubernetes.io/topology-aware-hints';

export function warningsForService(obj: KubeObject): string[] {
  const spec = struct(obj, 'spec');
  const [type, clusterIP, loadBalancerIP] = [text(spec, 'type'), text(spec, 'clusterIP'), text(spec, 'loadBalancerIP')];
  const externalIPs = strings(spec, 'externalIPs');
  const headless = type === 'ClusterIP' && clusterIP === 'None';
  const named = type === 'ExternalName';
  const warnings: string[] = [];
  const warn = (when: boolean, warning: string) => void (when && warnings.push(warning));
  warn(obj.metadata.annotations?.[hints] !== undefined, `annotation ${hints} is deprecated, please use service.kubernetes.io/topology-mode instead`);
  if (clusterIP !== '' && clusterIP !== 'None') warnings.push(...strings(spec, 'clusterIPs').flatMap((ip, i) => warningsForIP(ip, path.child('clusterIPs').index(i))));
  warn(headless && loadBalancerIP !== '', 'spec.loadBalancerIP is ignored for headless services');
  warn(headless && externalIPs.length > 0, 'spec.externalIPs is ignored for headless services');
  warn(headless && text(spec, 'sessionAffinity') !== 'None', 'spec.SessionAffinity is ignored for headless services');
  warnings.push(...externalIPs.flatMap((ip, i) => warningsForIP(ip, path.child('externalIPs').index(i))));
  warn(externalIPs.length > 0 && !headless && !named, 'spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  if (loadBalancerIP !== '') warnings.push(...warningsForIP(loadBalancerIP, path.child('loadBalancerIP')));
  warnings.push(...strings(spec, 'loadBalancerSourceRanges').flatMap((cidr, i) => warningsForCIDR(cidr, path.child('loadBalancerSourceRanges').index(i))));
  warn(named && externalIPs.length > 0, 'spec.externalIPs is ignored when spec.type is "ExternalName"');
  warn(!named && text(spec, 'externalName') !== '', 'spec.externalName is ignored when spec.type is not "ExternalName"');
  warn(text(spec, 'trafficDistribution') === 'PreferClose', 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  return warnings;
}
