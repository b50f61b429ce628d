import { kubectlSuite } from './suite.ts';

kubectlSuite('the embedded store', async () => []);
