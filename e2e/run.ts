/**
 * `npm test`: everything, in order, with a line for each step and one at the end that counts. A test that did not run
 * counts as failed: nothing is passed over in silence.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Count {
  passed: number;
  failed: number;
  /** What to look for, one line each. */
  failures: string[];
}

interface Step {
  name: string;
  command: string[];
  /** Reads the report that the step's tests have written; without it the step is one check. */
  count?: (report: unknown) => Count;
  /** Where this fails, nothing after it can be run. */
  required?: boolean;
}

const dir = mkdtempSync(join(tmpdir(), 'run-'));
const reportOf = (name: string) => join(dir, `${name}.json`);

const vitest = (project: string): Step => ({
  name: project,
  command: ['vitest', 'run', '--project', project, '--reporter=json', `--outputFile=${reportOf(project)}`],
  count: countVitest,
});

const steps: Step[] = [
  { name: 'setup', command: ['node', 'e2e/setup/main.ts'], required: true },
  { name: 'types', command: ['tsc'] },
  { name: 'lint', command: ['eslint', '.', '--max-warnings=0'] },
  vitest('unit'),
  vitest('e2e'),
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  { name: 'browser', command: ['playwright', 'test', '-c', 'e2e/playwright.config.ts', '--reporter=json'], count: countPlaywright },
];

/** How much is shown of what a failed step printed. */
const lastLines = 100;

const total: Count = { passed: 0, failed: 0, failures: [] };
const started = Date.now();
for (const step of steps) {
  const { passed, failed, failures } = await run(step);
  total.passed += passed;
  total.failed += failed;
  total.failures.push(...failures.map((failure) => `${step.name}: ${failure}`));
  if (failed > 0 && step.required) break;
}
rmSync(dir, { recursive: true, force: true });
for (const failure of total.failures) console.log(failure);
console.log(`in ${seconds(started)}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function run(step: Step): Promise<Count> {
  const start = Date.now();
  const { code, output } = await execute(step);
  const count = countOf(step, code);
  console.log(`${count.failed === 0 ? 'ok  ' : 'FAIL'} ${step.name.padEnd(8)} ${seconds(start).padStart(7)}  ${count.passed} passed, ${count.failed} failed`);
  // What failed comes first, a line each: of what a step printed beside it, a log that is cut off may keep nothing.
  for (const failure of count.failures) console.log(`     ${failure.replaceAll(/\s+/g, ' ').slice(0, 400)}`);
  if (count.failed > 0) console.log(output.trimEnd().split('\n').slice(-lastLines).join('\n'));
  return count;
}

function countOf(step: Step, code: number | null): Count {
  const failed = { passed: 0, failed: 1, failures: [`exit status ${code}`] };
  if (!step.count) return code === 0 ? { passed: 1, failed: 0, failures: [] } : failed;
  let report: unknown;
  try {
    report = JSON.parse(readFileSync(reportOf(step.name), 'utf8'));
  } catch {
    return failed;
  }
  const count = step.count(report);
  // A runner that fails although no test did, or that found no test, has failed as well.
  return count.failed === 0 && (code !== 0 || count.passed === 0) ? { ...count, ...failed, passed: count.passed } : count;
}

/** What the step prints is shown only if it fails, or there is nothing else to see of a long one. */
async function execute({ name, command }: Step): Promise<{ code: number | null; output: string }> {
  const [file = '', ...args] = command;
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: reportOf(name), NO_COLOR: '1' };
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.on('error', (err) => (output += err.message));
  const [code] = await once(child, 'close').catch((err: unknown) => [err]);
  return { code: typeof code === 'number' ? code : null, output };
}

interface VitestReport {
  numPassedTests: number;
  testResults: { name: string; status: string; message: string; assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[];
}

function countVitest(report: unknown): Count {
  const { testResults } = report as VitestReport;
  const tests = testResults.flatMap(({ name, assertionResults }) => assertionResults.map((test) => ({ ...test, file: name })));
  const notPassed = tests.filter(({ status }) => status !== 'passed');
  // What kept a whole file from its tests is said by the file alone.
  const messages = testResults.filter(({ status, message }) => status !== 'passed' && message !== '').map(({ name, message }) => `${name}: ${message}`);
  // A file that could not be loaded holds no tests to be counted.
  const broken = testResults.filter(({ status, assertionResults }) => status !== 'passed' && assertionResults.every((test) => test.status === 'passed'));
  return {
    passed: tests.length - notPassed.length,
    failed: notPassed.length + broken.length,
    failures: [
      ...messages,
      ...notPassed.map(({ file, fullName, status, failureMessages }) => `${file} > ${fullName}: ${status}\n${failureMessages.join('\n')}`),
    ],
  };
}

interface PlaywrightSuite {
  file: string;
  title: string;
  specs?: { title: string; tests: { status: string; results: { errors: { message?: string }[] }[] }[] }[];
  suites?: PlaywrightSuite[];
}

function countPlaywright(report: unknown): Count {
  const { suites, errors } = report as { suites: PlaywrightSuite[]; errors: { message?: string }[] };
  const specs = suites.flatMap(function specsOf(suite): { title: string; status: string; errors: string[] }[] {
    const own = (suite.specs ?? []).flatMap(({ title, tests }) =>
      tests.map(({ status, results }) => ({ title: `${suite.file} > ${title}`, status, errors: results.flatMap((result) => result.errors.map(({ message }) => message ?? '')) })),
    );
    return [...own, ...(suite.suites ?? []).flatMap(specsOf)];
  });
  // `expected` is passed at the first try: what passes at the second is not.
  const notPassed = specs.filter(({ status }) => status !== 'expected');
  return {
    passed: specs.length - notPassed.length,
    failed: notPassed.length + errors.length,
    failures: [...notPassed.map(({ title, status, errors: messages }) => `${title}: ${status}\n${messages.join('\n')}`), ...errors.map(({ message }) => message ?? '')],
  };
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
