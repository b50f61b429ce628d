/**
 * Which plugins are on, by flags.
 *
 * Upstream: Validate of k8s.io/apiserver/pkg/server/options/admission.go. A plugin that this server does not have is
 * refused: nobody shall rely on what is not there.
 */
import { allOrderedPlugins } from '../admission/plugins.ts';
import type { PluginNames } from '../admission/plugins.ts';
import { newAggregate } from '../http/aggregate.ts';
import type { Flags } from './flags.ts';
import { UsageError } from './usage-error.ts';

export function admissionFromFlags(flags: Pick<Flags, 'enable-admission-plugins' | 'disable-admission-plugins'>): PluginNames {
  const [enable, disable] = [flags['enable-admission-plugins'], flags['disable-admission-plugins']];
  const find = (name: string) => allOrderedPlugins.find((plugin) => plugin.name === name);
  const unknown = (flag: string, names: string[]) => names.filter((name) => !find(name)).map((name) => `${flag} plugin "${name}" is unknown`);
  const both = [...new Set(enable)].filter((name) => disable.includes(name)).sort();
  const errors = [
    ...unknown('enable-admission-plugins', enable),
    ...unknown('disable-admission-plugins', disable),
    ...(both.length > 0 ? [`[${both.join(' ')}] in enable-admission-plugins and disable-admission-plugins overlapped`] : []),
    ...enable.filter((name) => find(name) && !find(name)?.make).map((name) => `enable-admission-plugins plugin "${name}" is not supported by this server`),
  ];
  if (errors.length > 0) throw new UsageError(newAggregate(errors).message);
  return { enable, disable };
}
