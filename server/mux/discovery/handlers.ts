/**
 * The routes of discovery: `/api`, `/apis`, `/apis/GROUP`, `/apis/GROUP/VERSION`. Each looks at the manager when it is
 * asked, so that groups may come and go.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/discovery/{legacy,root,group,version}.go, aggregated/wrapper.go.
 */
import type { Request, Response } from 'express';
import { type GroupVersion, formatGroupVersion } from '../../apimachinery/types.ts';
import { newGenericServerResponse } from '../../http/status.ts';
import type { Route, RouteFunction } from '../web-service.ts';
import { WebService } from '../web-service.ts';
import { type AggregatedDocument, newAggregatedDiscovery, type Prefix } from './aggregated.ts';
import type { DiscoveryManager } from './discovery-manager.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './legacy-documents.ts';
import type { DocumentWriter } from './write-document.ts';

export interface DiscoveryConfig {
  manager: DiscoveryManager;
  /** `host:port` that clients are told to use. */
  externalAddress: string;
  write: DocumentWriter;
}

const mediaTypes = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

const documentRoute = (operation: string, to: RouteFunction): Route => ({ method: 'GET', path: '/', operation, consumes: mediaTypes, produces: mediaTypes, to });

/** `/api` and `/apis`. */
export function newRootDiscovery(config: DiscoveryConfig, prefix: Prefix): WebService {
  const { manager, write } = config;
  const aggregated = newAggregatedDiscovery(manager, prefix);
  const service = new WebService(prefix);
  service.route(
    documentRoute('getAPIVersions', async function getAPIVersions(req, res) {
      if (write.asksForAggregated(req)) writeWithETag(req, res, await aggregated(), write);
      else write.write(req, res, prefix === '/api' ? apiVersions(config.externalAddress) : apiGroupList(manager.groups()));
    }),
  );
  return service;
}

function writeWithETag(req: Request, res: Response, { document, etag }: AggregatedDocument, { write }: DocumentWriter): void {
  res.setHeader('ETag', etag);
  res.setHeader('Vary', 'Accept');
  res.setHeader('Cache-Control', 'public');
  if (req.headers['if-none-match'] === etag) res.writeHead(304).end();
  else write(req, res, document);
}

/** `/apis/GROUP`. */
export function newGroupDiscovery(config: DiscoveryConfig, group: string): WebService {
  const service = new WebService(`/apis/${group}`);
  service.route(
    documentRoute('getAPIGroup', function getAPIGroup(req, res) {
      const facts = config.manager.group(group);
      if (!facts) throw newGenericServerResponse(404, '');
      config.write.write(req, res, apiGroup(facts));
    }),
  );
  return service;
}

/** `/apis/GROUP/VERSION` and `/api/v1`, to be added to the web service that holds the version's resources. */
export function newVersionDiscovery(config: DiscoveryConfig, gv: GroupVersion): Route {
  return documentRoute('getAPIResources', async function getAPIResources(req, res) {
    const group = config.manager.group(gv.group);
    const version = config.manager.groupVersion(gv);
    if (!group || !version) throw newGenericServerResponse(404, `${formatGroupVersion(gv)} is gone`);
    config.write.write(req, res, await apiResourceList(group, version));
  });
}
