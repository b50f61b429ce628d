/**
 * The kinds whose strategy differs from the default, by resource and group; those of small groups are here.
 *
 * Upstream: pkg/registry/<group>/<kind>/strategy.go, with the feature gates of v1.36 as they are by default.
 */
import { isFields, struct, structs, text } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import { deepEqual, semanticDeepEqual } from '../../apimachinery/deep.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { isDNS1123Subdomain } from '../../apimachinery/names.ts';
import { appsStrategies } from './apps.ts';
import { batchStrategies } from './batch.ts';
import { certificateSigningRequest } from './certificates.ts';
import { coreStrategies } from './core.ts';
import type { Override } from './override.ts';
import { resourceStrategies } from './resource.ts';

/** Takes fields out that are behind a feature gate that is off, unless they were there before. */
const withoutGated = (...names: string[]): Override => (main) => {
  const drop = (obj: KubeObject, before: Fields) => {
    const spec = { ...struct(obj, 'spec') };
    for (const name of names) if (before[name] === undefined) delete spec[name];
    if (isFields(obj.spec)) obj.spec = spec;
  };
  return {
    prepareForCreate(obj, ctx) {
      main.prepareForCreate(obj, ctx);
      drop(obj, {});
    },
    prepareForUpdate(obj, old, ctx) {
      drop(obj, struct(old, 'spec'));
      main.prepareForUpdate(obj, old, ctx);
    },
  };
};

const hostname = 'kubernetes.io/hostname';
const hostOf = (endpoint: Fields) => text(struct(endpoint, 'deprecatedTopology'), hostname);

/** Of the old topology only what names a node lives on, for endpoints that had it. */
function dropTopology(obj: KubeObject, old?: KubeObject): void {
  if (old && semanticDeepEqual(obj.endpoints, old.endpoints)) return;
  const known = old ? structs(old, 'endpoints').map(hostOf).filter(Boolean) : [];
  if (!Array.isArray(obj.endpoints)) return;
  obj.endpoints = structs(obj, 'endpoints').map(({ deprecatedTopology, ...endpoint }) => {
    const host = hostOf({ deprecatedTopology });
    return endpoint['nodeName'] === undefined && known.includes(host) && isDNS1123Subdomain(host).length === 0 ? { ...endpoint, nodeName: host } : endpoint;
  });
}

const csiDriver = withoutGated('preventPodSchedulingIfMissing');

export const kindStrategies: Record<string, Override> = {
  ...coreStrategies,
  ...appsStrategies,
  ...batchStrategies,
  ...resourceStrategies,
  'ingresses.networking.k8s.io': (main) => ({
    prepareForCreate(obj, ctx) {
      main.prepareForCreate(obj, ctx);
      obj.status = { loadBalancer: {} };
    },
  }),
  // what this server serves itself is there from the beginning
  'apiservices.apiregistration.k8s.io': (main) => ({
    prepareForCreate(obj, ctx) {
      main.prepareForCreate(obj, ctx);
      const local = { type: 'Available', status: 'True', lastTransitionTime: obj.metadata.creationTimestamp, reason: 'Local', message: 'Local APIServices are always available' };
      if (!isFields(struct(obj, 'spec')['service'])) obj.status = { conditions: [local] };
    },
  }),
  // an empty list is another than none, until it has been stored
  'networkpolicies.networking.k8s.io': (main) => ({
    prepareForUpdate(obj, old, ctx) {
      main.prepareForUpdate(obj, old, ctx);
      if (!deepEqual(obj.spec, old.spec)) obj.metadata.generation = (old.metadata.generation ?? 0) + 1;
    },
  }),
  'certificatesigningrequests.certificates.k8s.io': certificateSigningRequest,
  'leases.coordination.k8s.io': withoutGated('strategy', 'preferredHolder'),
  // counts the changes, but not from one on
  'csidrivers.storage.k8s.io': (main, clock) => {
    const gated = csiDriver(main, clock);
    return {
      ...gated,
      prepareForUpdate(obj, old, ctx) {
        gated.prepareForUpdate?.(obj, old, ctx);
        if (!semanticDeepEqual(obj.spec, old.spec)) obj.metadata.generation = (old.metadata.generation ?? 0) + 1;
      },
    };
  },
  'priorityclasses.scheduling.k8s.io': (main) => ({
    prepareForCreate(obj, ctx) {
      main.prepareForCreate(obj, ctx);
      obj.metadata.generation = 1;
    },
  }),
  'endpointslices.discovery.k8s.io': (main) => ({
    prepareForCreate(obj, ctx) {
      main.prepareForCreate(obj, ctx);
      dropTopology(obj);
    },
    prepareForUpdate(obj, old, ctx) {
      main.prepareForUpdate(obj, old, ctx);
      if (!semanticDeepEqual(obj.metadata.labels ?? {}, old.metadata.labels ?? {})) obj.metadata.generation = (old.metadata.generation ?? 0) + 1;
      dropTopology(obj, old);
    },
  }),
};
