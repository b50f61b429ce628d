/** The worker of the page: all stages, each on an embedded etcd of its own, unmodified; each loaded when it is first asked for. */
import './http-shim/globals.ts';
import { restartable } from '../../server/observe/lab/restartable.ts';
import { runStage } from '../../server/observe/lab/running-stage.ts';
import { splitVariant, variantOf } from '../../server/observe/lab/variant.ts';
import { defaultServerConfig } from '../../server/stages/default-config.ts';
import { loadStage } from '../../server/stages/index.ts';
import { newLoopback } from './loopback.ts';
import { pageConfig } from './page-users.ts';
import { serveStages } from './worker-server.ts';
import { loadYAML, namesYAML } from './yaml-on-demand.ts';

serveStages(
  {
    postMessage: (message, transfer = []) => self.postMessage(message, { transfer }),
    addEventListener: (type, listener) => self.addEventListener(type, listener),
  },
  {
    async run(id) {
      const [name, edit] = splitVariant(id);
      const stage = variantOf(await loadStage(name), edit);
      return restartable(() => runStage(stage, defaultServerConfig({ ...pageConfig(), loopback: newLoopback })));
    },
    async prepare(headers) {
      if (namesYAML(headers)) await loadYAML();
    },
  },
);
