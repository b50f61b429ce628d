/**
 * `/version` says which Kubernetes this server is.
 *
 * Upstream: k8s.io/apiserver/pkg/server/routes/version.go, k8s.io/apimachinery/pkg/version/types.go. Leaves empty how a
 * Go binary was built.
 */
import { writeRawJSON } from '../http/responsewriters.ts';
import { WebService } from './web-service.ts';

const versionInfo = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.2',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: '',
};

export function newVersionService(): WebService {
  const service = new WebService('/version');
  service.route({
    method: 'GET',
    path: '/',
    operation: 'getCodeVersion',
    consumes: ['application/json'],
    produces: ['application/json'],
    to: function handleVersion(_req, res) {
      writeRawJSON(200, versionInfo, res);
    },
  });
  return service;
}
