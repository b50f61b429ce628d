/**
 * The routes of discovery: `/api`, `/apis`, `/apis/GROUP`, `/apis/GROUP/VERSION`. Each looks at the manager when it is
 * asked, so that groups may come and go.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/discovery/{legacy,group,version}.go, aggregated/wrapper.go;
 * k8s.io/kube-aggregator/pkg/apiserver/{apiserver,handler_apis}.go.
 */
import type { Request, Response } from 'express';
import { type GroupVersion, formatGroupVersion } from '../../apimachinery/types.ts';
import { newGenericServerResponse } from '../../http/status.ts';
import type { PathRecorderMux } from '../path-recorder-mux.ts';
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

/** `/api`. */
export function newRootDiscovery(config: DiscoveryConfig): WebService {
  const service = new WebService('/api');
  service.route(documentRoute('getAPIVersions', newRootHandler(config, '/api', (req, res) => config.write.write(req, res, apiVersions(config.externalAddress)))));
  return service;
}

/** `/apis` is the aggregator's own: a bare handler, which looks at no method; with a slash at its end it knows the list of groups alone. */
export function installGroupsDiscovery(mux: PathRecorderMux, config: DiscoveryConfig): void {
  function apisHandler(req: Request, res: Response): void {
    config.write.write(req, res, apiGroupList(config.manager.groups()));
  }
  mux.handle('/apis', newRootHandler(config, '/apis', apisHandler));
  mux.unlistedHandle('/apis/', apisHandler);
}

type Answer = (req: Request, res: Response) => void;

function newRootHandler({ manager, write }: DiscoveryConfig, prefix: Prefix, unaggregated: Answer) {
  const aggregated = newAggregatedDiscovery(manager, prefix);
  return async function rootDiscovery(req: Request, res: Response): Promise<void> {
    if (write.asksForAggregated(req)) writeWithETag(req, res, await aggregated(), write);
    else unaggregated(req, res);
  };
}

function writeWithETag(req: Request, res: Response, { document, etag }: AggregatedDocument, { writeAggregated }: DocumentWriter): void {
  res.setHeader('ETag', etag);
  res.setHeader('Vary', 'Accept');
  res.setHeader('Cache-Control', 'public');
  if (req.headers['if-none-match'] === etag) res.writeHead(304).end();
  else writeAggregated(req, res, document);
}

/** The aggregator has no APIService for its own group, so that this one alone is served as any web service. */
const AGGREGATOR_GROUP = 'apiregistration.k8s.io';

/** `/apis/GROUP`: the aggregator's, for every method; what it doesn't know below is not found by a web service. */
export function installGroupDiscovery(mux: PathRecorderMux, config: DiscoveryConfig, group: string): void {
  function apiGroupHandler(req: Request, res: Response): void {
    const facts = config.manager.group(group);
    if (!facts) throw newGenericServerResponse(404, '');
    config.write.write(req, res, apiGroup(facts));
  }
  const service = new WebService(`/apis/${group}`);
  service.route(documentRoute('getAPIGroup', apiGroupHandler));
  mux.mount(service);
  if (group === AGGREGATOR_GROUP) return;
  mux.handle(service.rootPath, apiGroupHandler);
  mux.unlistedHandle(`${service.rootPath}/`, apiGroupHandler);
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
