/**
 * The kinds whose strategy differs from the default, by resource and group; those of small groups are here.
 *
 * Upstream: pkg/registry/<group>/<kind>/strategy.go.
 */
import { struct } from '../../apimachinery/access.ts';
import { appsStrategies } from './apps.ts';
import { batchStrategies } from './batch.ts';
import { coreStrategies } from './core.ts';
import type { Override } from './core.ts';
import { copyField } from './default-strategy.ts';

export const kindStrategies: Record<string, Override> = {
  ...coreStrategies,
  ...appsStrategies,
  ...batchStrategies,
  'ingresses.networking.k8s.io': (main) => ({
    prepareForCreate(obj, ctx) {
      main.prepareForCreate(obj, ctx);
      obj.status = { loadBalancer: {} };
    },
  }),
  // who asks for a certificate is not the client's to say, nor can it change
  'certificatesigningrequests.certificates.k8s.io': (main) => ({
    prepareForCreate(obj, ctx) {
      main.prepareForCreate(obj, ctx);
      const { username: _username, uid: _uid, groups: _groups, extra: _extra, ...spec } = struct(obj, 'spec');
      const { user } = ctx;
      const extra = user?.extra ?? {};
      obj.spec = { ...spec, ...(user && { username: user.name, ...(user.uid && { uid: user.uid }), groups: [...user.groups] }), ...(Object.keys(extra).length > 0 && { extra }) };
    },
    prepareForUpdate(obj, old, ctx) {
      main.prepareForUpdate(obj, old, ctx);
      copyField(obj, old, 'spec');
    },
  }),
};
