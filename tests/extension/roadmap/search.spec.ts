import { describe, expect, it, vi } from 'vitest';

import { Api } from '../../../extension/src/api';
import { fold, FoldedText } from '../../../extension/src/roadmap/search/fold';
import {
  entriesOfAssignments,
  entriesOfRoadmap,
  SearchIndex
} from '../../../extension/src/roadmap/search/search';
import { keyOf } from '../../../extension/src/roadmap/search/model';
import { assignment, notebook, resource, roadmap, topic } from './course';

function index(
  topics: Api.ITopic[],
  assignments: Api.IAssignment[] = [],
  notebooks: Api.ISeedNotebook[] = []
): SearchIndex {
  return new SearchIndex(
    entriesOfRoadmap(
      roadmap({ parts: [{ id: 'p', title: 'P', topics }], notebooks })
    ),
    entriesOfAssignments(assignments)
  );
}

function plain(id: string, title: string, about = ''): Api.ITopic {
  return topic(id, 0, { title, about, subtopics: [] });
}

function keys(of: SearchIndex, query: string): string[] {
  return of.search(query).shown.map(hit => keyOf(hit.target));
}

describe('folding', () => {
  it('takes away case and accents', () => {
    expect(fold('ÅSTRÖM Ünïcode ﬁne İ')).toBe('astrom unicode fine i');
  });
});

describe('marks', () => {
  const marked = (text: string, ...words: string[]): string =>
    new FoldedText(text)
      .mark(words)
      .map(piece => (piece.marked ? `[${piece.text}]` : piece.text))
      .join('');

  it('stand where the words are in the text as it was written', () => {
    expect(marked('K. Åström and Ström', 'astr')).toBe('K. [Åstr]öm and Ström');
    expect(marked('e\u0301te\u0301', 'ete')).toBe('[e\u0301te\u0301]');
    expect(marked('ﬁne-tuning', 'fi', 'tun')).toBe('[ﬁ]ne-[tun]ing');
  });

  it('join where words overlap, and take a word rather than an inside', () => {
    expect(marked('quantization', 'quant', 'antiz')).toBe('[quantiz]ation');
    expect(marked('retune, tune', 'tune')).toBe('retune, [tune]');
  });

  it('never cut a letter of two units', () => {
    expect(marked('🧐 LLM', 'llm')).toBe('🧐 [LLM]');
  });
});

describe('search', () => {
  it('finds topics, subtopics, resources, notebooks and assignments', () => {
    const found = index(
      [
        topic('t', 0, {
          title: 'Lora topic',
          subtopics: [{ name: 'Lora step', about: '', links: [] }],
          resources: [resource('t.r', { title: 'Lora paper' })]
        })
      ],
      [assignment('a', { title: 'Lora task' })],
      [notebook('n', { title: 'Lora notebook' })]
    );
    expect(keys(found, 'lora')).toEqual([
      't',
      'llm/a',
      'notebook/n',
      't/Lora step',
      't.r'
    ]);
  });

  it('wants all words, in any order and anywhere', () => {
    const found = index([
      plain('both', 'Weights', 'stored in eight bits'),
      plain('one', 'Weights', 'stored')
    ]);
    expect(keys(found, 'bits weights')).toEqual(['both']);
  });

  it('does not care for case and accents, on either side', () => {
    const found = index([plain('t', 'Ström')]);
    expect(keys(found, 'STROM')).toEqual(['t']);
    expect(keys(found, 'ström')).toEqual(['t']);
  });

  it('ranks titles above texts, and beginnings above insides', () => {
    const found = index([
      plain('text-inside', 'One', 'dequantize'),
      plain('text', 'Two', 'quantize'),
      plain('title-inside', 'Dequantize'),
      plain('title-later', 'To quantize'),
      plain('title', 'Quantize')
    ]);
    expect(keys(found, 'quant')).toEqual([
      'title',
      'title-later',
      'title-inside',
      'text',
      'text-inside'
    ]);
  });

  it('ranks one word in a text below all words in the title', () => {
    const found = index([
      plain('mixed', 'Quantize', 'weights'),
      plain('insides', 'Dequantize overweights')
    ]);
    expect(keys(found, 'quant weights')).toEqual(['insides', 'mixed']);
  });

  it('takes signs as they are', () => {
    const found = index([plain('t', 'LLM.int8()'), plain('o', 'LLM inside')]);
    expect(keys(found, 'llm.int8()')).toEqual(['t']);
    expect(keys(found, '[a-z]+.*')).toEqual([]);
  });

  it('keeps the order of the roadmap in a draw', () => {
    const found = index(['c', 'a', 'b'].map(id => plain(id, 'Same')));
    expect(keys(found, 'same')).toEqual(['c', 'a', 'b']);
  });

  it('finds nothing for nothing', () => {
    expect(index([plain('t', 'T')]).search('  \t')).toEqual({
      shown: [],
      count: 0
    });
  });

  it('counts what it does not show', () => {
    const many = Array.from({ length: 50 }, (_, n) => plain(`t${n}`, 'Same'));
    const { shown, count } = index(many).search('same', 30);
    expect([shown.length, count]).toEqual([30, 50]);
  });

  it('bounds a query that is very long', () => {
    expect(index([plain('t', 'T')]).search('t '.repeat(1e5)).count).toBe(1);
  });

  it('folds its texts once, and a query alone at each key', () => {
    const topics = Array.from({ length: 200 }, (_, n) => topic(`t${n}`, 5));
    const found = index(topics);
    const normalize = vi.spyOn(String.prototype, 'normalize');
    try {
      expect(found.size).toBe(200 * 7);
      expect(found.search('title of').count).toBe(1000);
      expect(normalize.mock.calls.length).toBeLessThanOrEqual(2);
    } finally {
      normalize.mockRestore();
    }
  });
});
