import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { receiptOf, receiptText, sizeText } from '../../../extension/src/assignments/receipt';
import { assignment, receipt, submission } from '../testing/samples';

const trans = nullTranslator.load('');

describe('receiptText', () => {
  it('tells time, hash, files, what is graded, and remarks', () => {
    const lines = receiptText(trans, receipt()).split('\n');
    expect(lines).toContain('Receipt for quantization, llm101');
    expect(lines).toContain('Student: ada');
    expect(lines[2]).toContain('2026-03-01T12:00:00Z');
    expect(lines).toContain(`SHA-256: ${receipt().submission.hash}`);
    expect(lines).toContain(`  quantization.ipynb  20.5 kB  ${'a'.repeat(64)}`);
    expect(lines).toContain('  quantization: 2 questions, 10 points');
    expect(lines).toContain('  scratch.ipynb');
    expect(lines).toContain('  The same files were submitted before.');
  });

  it('leaves out what there is none of', () => {
    const text = receiptText(trans, receipt({ remarks: [], not_graded: [] }));
    expect(text).not.toMatch(/Remarks|Not part/);
  });
});

describe('receiptOf', () => {
  const detail = {
    assignment: assignment(),
    files: [],
    history: [],
    problem: null
  };

  it('tells of an earlier submission what is known', () => {
    const files = [
      { path: 'quantization.ipynb', size: 1, sha256: '' },
      { path: 'mine.ipynb', size: 1, sha256: '' }
    ];
    const found = receiptOf(detail, submission({ files }), 'ada');
    expect(found.graded.map(notebook => notebook.name)).toEqual(['quantization']);
    expect(found.not_graded).toEqual(['mine.ipynb']);
    expect(found.remarks).toEqual([]);
  });

  it('promises no grade for a notebook that was not handed in', () => {
    expect(receiptOf(detail, submission({ files: [] }), 'ada').graded).toEqual([]);
  });
});

describe('sizeText', () => {
  it.each([
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [2_345_678, '2.3 MB']
  ])('of %d is %s', (bytes, text) => {
    expect(sizeText(trans, bytes)).toBe(text);
  });
});
