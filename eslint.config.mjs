import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig([
  globalIgnores([
    '.venv',
    'assignments',
    'build',
    'demo-course',
    'dist',
    'extension/lib',
    'extension/llm_classroom',
    'tests/attacks'
  ]),
  js.configs.recommended,
  {
    files: ['extension/src/**/*.{ts,tsx}', 'tests/extension/**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked, jupyter.configs.recommended],
    languageOptions: {
      parserOptions: { project: 'tests/extension/tsconfig.json' }
    },
    rules: {
      curly: 'error',
      eqeqeq: 'error',
      'no-console': 'error',
      // Types that belong to one thing stand in its namespace, as in JupyterLab's own packages.
      '@typescript-eslint/no-namespace': 'off',
      // A Lumino signal is connected to a method and, beside it, the `this` that it is called with.
      '@typescript-eslint/unbound-method': 'off',
      // What a plug-in of ours registers is needed at once, and the whole bundle is smaller than
      // what one more request costs; its size is held down by tests/test_house_frontend.py.
      'jupyter/prefer-lazy-imports': 'off',
      // The habit of JupyterLab, which a reader of both would miss.
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'interface', format: ['PascalCase'], prefix: ['I'] }
      ],
      '@typescript-eslint/explicit-function-return-type': [
        'error',
        { allowExpressions: true }
      ]
    }
  },
  {
    files: ['tests/extension/**/*.{ts,tsx}'],
    rules: {
      // A canned answer is JSON of any type, in a function that may be asynchronous elsewhere.
      '@typescript-eslint/explicit-function-return-type': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/require-await': 'off',
      // What a test names, nobody reads in another language or calls from a menu.
      'jupyter/command-described-by': 'off',
      'jupyter/no-untranslated-string': 'off'
    }
  }
]);
