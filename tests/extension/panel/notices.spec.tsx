import { render, screen } from '@testing-library/react';
import * as React from 'react';
import { describe, expect, it } from 'vitest';

import { Api } from '../../../extension/src/api';
import { Notices } from '../../../extension/src/panel/notices';
import { tabOf } from '../assignments/lab';
import { assignment } from '../testing/samples';

describe('Notices', () => {
  async function alert(answer: Partial<Api.ICourses>): Promise<string> {
    const tab = await tabOf();
    tab.server.answers['GET /courses'] = {
      student: 'ada',
      courses: [],
      problem: null,
      ...answer
    };
    await tab.classroom.courses.refresh();
    render(<Notices classroom={tab.classroom} about={() => null} />);
    return screen.getByRole('alert').textContent!;
  }

  it('tell why the exchange cannot be read', async () => {
    const problem = { message: 'No exchange.', code: 'Transfer' };
    expect(await alert({ problem })).toContain('No exchange.');
  });

  it('raise no alarm where no course was ever connected', async () => {
    const problem = { message: 'No course.', code: 'NotConnected' };
    expect(await alert({ problem })).toBe('');
  });

  it('tell of a course that is not connected any more', async () => {
    const problem = { message: 'No course.', code: 'NotConnected' };
    const courses = [{ id: 'llm101', assignments: [assignment()] }];
    expect(await alert({ problem, courses })).toContain('No course.');
  });
});
