/** The worker of the page: all stages, each on an embedded etcd of its own, unmodified. */
import './http-shim/globals.ts';
import { newCodecFactory } from '../../server/apimachinery/serializer/codec-factory.ts';
import { runStage } from '../../server/observe/lab/running-stage.ts';
import { newStoredObjectDecoder } from '../../server/observe/lab/stored-object.ts';
import { defaultServerConfig, stageNamed } from '../../server/stages/index.ts';
import { pageTokens } from './page-users.ts';
import { serveStages } from './worker-server.ts';
import { loadYAML, namesYAML } from './yaml-on-demand.ts';

serveStages(
  {
    postMessage: (message, transfer = []) => self.postMessage(message, { transfer }),
    addEventListener: (type, listener) => self.addEventListener(type, listener),
  },
  {
    run(name) {
      const stage = stageNamed(name);
      if (!stage) throw new TypeError(`no stage "${name}"`);
      const config = defaultServerConfig({ tokens: pageTokens() });
      return runStage(stage, config, newStoredObjectDecoder(newCodecFactory(config.scheme)));
    },
    async prepare(headers) {
      if (namesYAML(headers)) await loadYAML();
    },
  },
);
