/**
 * Who asks for a certificate is not the client's to say, nor can it change; conditions know since when they hold.
 *
 * Upstream: pkg/registry/certificates/certificates/strategy.go.
 */
import { struct, structs, text } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { formatTime } from '../../apimachinery/serializer/go-time.ts';
import type { Override } from './override.ts';
import { copyField } from './default-strategy.ts';

const conditionsOf = (obj: KubeObject) => structs(struct(obj, 'status'), 'conditions');

/** Decisions are not for a status to change: each stays what it was, where there are as many as before. */
function keepDecisions(conditions: Fields[], before: Fields[]): Fields[] {
  return ['Approved', 'Denied'].reduce((kept, type) => {
    const old = before.filter((c) => c['type'] === type);
    if (kept.filter((c) => c['type'] === type).length !== old.length) return kept;
    let next = 0;
    return kept.map((c) => (c['type'] === type ? (old[next++] ?? c) : c));
  }, conditions);
}

function withTimes(condition: Fields, before: Fields[], now: string): Fields {
  const same = before.find((c) => c['type'] === condition['type'] && c['status'] === condition['status'] && text(c, 'lastTransitionTime') !== '');
  return { ...condition, lastUpdateTime: text(condition, 'lastUpdateTime') || now, lastTransitionTime: text(condition, 'lastTransitionTime') || (same ? text(same, 'lastTransitionTime') : now) };
}

export const certificateSigningRequest: Override = (main, clock) => ({
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
  prepareSubresource(subresource, obj, old) {
    const [conditions, before] = [conditionsOf(obj), conditionsOf(old)];
    if (conditions.length === 0) return;
    const now = formatTime(clock.now());
    const kept = subresource === 'status' ? keepDecisions(conditions, before) : conditions;
    obj.status = { ...struct(obj, 'status'), conditions: kept.map((condition) => withTimes(condition, before, now)) };
  },
});
