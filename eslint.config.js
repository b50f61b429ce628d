/** What tsc does not see: promises left alone, types worked around, Node in the core, files that do too much. */
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const tests = ['**/*.test.ts', '**/*.spec.ts', '**/*.test-util.ts', '**/testing.ts', '**/testing/**/*.ts', 'e2e/**/*.ts'];

/** The core runs in a page's worker as well as on Node. */
const nodeGlobals = ['process', 'Buffer', 'require', '__dirname', '__filename', 'global', 'setImmediate', 'clearImmediate'];

/** A test that does not run, or keeps the others from running, is caught by `e2e/run.ts` too; here it is named. */
const unrunTests = ['only', 'skip', 'todo', 'skipIf', 'runIf', 'fails', 'fixme'].map((name) => ({
  selector: `MemberExpression[object.name=/^(describe|test|it|suite)$/][property.name='${name}']`,
  message: `No test is left out: .${name} does.`,
}));

export default defineConfig(
  globalIgnores(['dist/', 'site/generated/', '.astro/', '.journey/', 'test-results/', 'bench/out/', '**/*.d.json.ts']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...unrunTests],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }],
      '@typescript-eslint/no-unused-expressions': 'error',
      '@typescript-eslint/return-await': 'off',
      // Express takes handlers that return promises, and `void` in an arrow function is how a result is dropped.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // noUncheckedIndexedAccess asks for `!` where the index is known to be there, and tsc for the rest.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true, allowNullish: true }],
      '@typescript-eslint/restrict-plus-operands': ['error', { allowNullish: true }],
      // Interfaces here name functions as methods do, and factories return objects that need no `this`.
      '@typescript-eslint/unbound-method': 'off',
      // What is caught may be handed on as it came.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true, allowThrowingAny: true }],
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true, allowRethrowing: true }],
      // Types here are what values look like.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // JSON's leaves come as unknown.
      '@typescript-eslint/no-base-to-string': 'off',
      // Code points are what is meant where a string is spread.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-namespace': ['error', { allowDeclarations: true }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/unified-signatures': 'off',
    },
  },
  {
    files: ['server/**/*.ts', 'site/**/*.ts'],
    ignores: tests,
    rules: { 'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['server/**/*.ts'],
    ignores: tests,
    rules: {
      'no-restricted-syntax': [
        'error',
        ...unrunTests,
        { selector: 'ExportDefaultDeclaration', message: 'Exports of the server have names.' },
        { selector: "MemberExpression[object.name='globalThis'][property.name=/^(process|Buffer|require|global|setImmediate)$/]", message: 'The core knows nothing of Node.' },
      ],
    },
  },
  {
    files: ['server/**/*.ts'],
    ignores: ['server/node/**', ...tests],
    rules: {
      'no-console': 'error',
      'no-restricted-globals': ['error', ...nodeGlobals.map((name) => ({ name, message: 'The core runs in the page too: Node is known in server/node only.' }))],
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['node:*'], allowTypeImports: true, message: 'The core runs in the page too: Node is known in server/node only.' },
            { group: ['**/node/*.ts', '**/node/**/*.ts'], message: 'The core runs in the page too: server/node depends on it, not the other way round.' },
          ],
        },
      ],
    },
  },
  {
    files: tests,
    rules: {
      // Answers are read as what the test says they are; a wrong one fails the test.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.base],
  },
);
