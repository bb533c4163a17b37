import { describe, expect, it } from 'vitest';

import { CoursesModel } from '../../../extension/src/assignments/model';
import { assignment, courses } from '../testing/samples';
import { settled, tabOf } from './lab';

const GET = 'GET /courses';

describe('CoursesModel', () => {
  it('reads once more for who asks while it reads, and is at rest then', async () => {
    const tab = await tabOf(assignment());
    const model: CoursesModel = tab.classroom.courses;
    const { answers, requests } = tab.server;
    const held: ((answer: unknown) => void)[] = [];
    answers[GET] = () => new Promise(resolve => held.push(resolve));
    const before = requests.filter(r => r === GET).length;
    const read = (): number => requests.filter(r => r === GET).length - before;
    const until = async (count: number): Promise<void> => {
      for (let turn = 0; turn < 50 && read() < count; turn++) {
        await settled();
      }
      expect(read()).toBe(count);
    };

    const first = model.refresh();
    await until(1);
    const others = [model.refresh(), model.refresh()];
    held[0](courses(assignment()));
    await until(2);
    held[1](courses(assignment({ submissions: 1 })));
    await Promise.all([first, ...others]);
    await settled();
    expect(read()).toBe(2);
    expect(model.assignments[0].submissions).toBe(1);
    // Else a page that opens would wait for an answer that nobody has asked for.
    expect(model.isReading).toBe(false);
  });
});
