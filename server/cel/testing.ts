/** What an expression comes to, or what is said of it, as one text. */
import { newEnvironment } from './environment.ts';
import type { EnvironmentOptions } from './environment.ts';

export function newEvaluator(options: EnvironmentOptions, values: Record<string, unknown>): (expression: string) => unknown {
  const env = newEnvironment(options);
  return function evaluate(expression) {
    const program = env.compile(expression);
    return program.eval(env.bind(values));
  };
}
