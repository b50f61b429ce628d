/**
 * SelfSubjectReview tells whoever asks who they are (`kubectl auth whoami`).
 *
 * Upstream: pkg/registry/authentication/selfsubjectreview/rest.go.
 */
import { formatTime } from '../../apimachinery/serializer/go-time.ts';
import type { Clock } from '../../http/context.ts';
import { newBadRequest } from '../../http/status.ts';
import type { RESTStorage, TableConvertor } from '../rest.ts';
import { userInfoOf } from './user-info.ts';

export function newSelfSubjectReviewREST(clock: Clock, table: TableConvertor): RESTStorage {
  return {
    namespaced: false,
    table,
    async create(ctx, review, validate) {
      await validate(ctx, review);
      if (!ctx.user) throw newBadRequest('no user present on request');
      const creationTimestamp = formatTime(clock.now());
      return { apiVersion: review.apiVersion, kind: review.kind, metadata: { creationTimestamp }, status: { userInfo: userInfoOf(ctx.user) } };
    },
  };
}
