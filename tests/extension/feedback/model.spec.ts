import { describe, expect, it, vi } from 'vitest';

import { Refusal } from '../testing/server';
import { detail, feedback, job, submission } from './data';
import { lab, TOY } from './lab';

const READ = [`GET ${TOY}`, `GET ${TOY}/feedback/second`];

describe('FeedbackModel', () => {
  it('asks for nothing while nobody looks', async () => {
    const { server, model, jobs } = lab({});
    jobs.add(job());
    expect(server.requests).toEqual([]);
    model.watch(true);
    await vi.waitFor(() => expect(model.feedback).not.toBeNull());
    expect(server.requests).toEqual(READ);
    model.watch(false);
    model.watch(true);
    expect(server.requests).toEqual(READ);
  });

  it('chooses the newest submission with feedback', async () => {
    const history = [
      submission({ id: 'third', feedback: 'ready' }),
      submission(),
      submission({ id: 'first' })
    ];
    const { model } = lab({ [`GET ${TOY}`]: detail(history) });
    await model.load();
    expect(model.submission).toBe('second');
    expect(model.feedback).toEqual(feedback());
  });

  it('asks for no feedback where there is none', async () => {
    const none = detail([submission({ id: 'third', feedback: 'none' })]);
    const { server, model } = lab({ [`GET ${TOY}`]: none });
    await model.load();
    expect([model.submission, model.feedback]).toEqual(['third', null]);
    expect(server.requests).toEqual([`GET ${TOY}`]);
  });

  it('fetches what is ready and then reads', async () => {
    const { server, model } = lab({});
    await model.fetch();
    expect(server.requests).toEqual([`POST ${TOY}/feedback`, ...READ]);
    expect([model.job, model.loading, model.problem]).toEqual([
      null,
      false,
      ''
    ]);
  });

  it('shows what is here when fetching fails, and says why it failed', async () => {
    const { model } = lab({
      [`POST ${TOY}/feedback`]: job({
        state: 'failed',
        error: { message: 'The exchange is not there.' }
      })
    });
    await model.fetch();
    expect(model.problem).toBe('The exchange is not there.');
    expect(model.feedback).toEqual(feedback());
    await model.load();
    expect(model.problem).toBe('');
  });

  it('says what the server says when it refuses', async () => {
    const refusal = new Refusal(502, { message: 'No exchange.' });
    const { model } = lab({
      [`POST ${TOY}/feedback`]: refusal,
      [`GET ${TOY}`]: refusal
    });
    await model.fetch();
    expect([model.problem, model.detail]).toEqual(['No exchange.', null]);
  });

  it('fetches once, however often it is asked to', async () => {
    const { server, model } = lab({});
    await Promise.all([model.fetch(), model.fetch()]);
    const posted = server.requests.filter(r => r.startsWith('POST'));
    expect(posted).toHaveLength(1);
  });

  it('shows the submission that was chosen last, whichever answer comes last', async () => {
    const slow = new Promise(resolve => setTimeout(resolve, 50));
    const { model } = lab({
      [`GET ${TOY}`]: detail([submission(), submission({ id: 'first' })]),
      [`GET ${TOY}/feedback/first`]: async () => {
        await slow;
        return feedback({ submission: 'first' });
      }
    });
    const first = model.select('first');
    await model.select('second');
    await first;
    expect(model.submission).toBe('second');
    expect(model.feedback?.submission).toBe('second');
    expect(model.loading).toBe(false);
  });

  it('does not show the feedback on one submission as that on another', async () => {
    const { model } = lab({
      [`GET ${TOY}`]: detail([submission(), submission({ id: 'first' })]),
      [`GET ${TOY}/feedback/first`]: new Refusal(502, { message: 'Damaged.' })
    });
    await model.load();
    await model.select('first');
    expect([model.feedback, model.problem]).toEqual([null, 'Damaged.']);
  });

  it('refuses an answer that is no feedback, and says how to go on', async () => {
    const { model } = lab({
      [`GET ${TOY}/feedback/second`]: { ...feedback(), reports: [{}] }
    });
    await model.load();
    expect(model.problem).toContain('Reload this page');
    expect(model.feedback).toBeNull();
  });

  it('reads again when feedback was fetched elsewhere, once it is looked at', async () => {
    const { server, jobs, model } = lab({});
    model.watch(true);
    await vi.waitFor(() => expect(model.feedback).not.toBeNull());
    model.watch(false);
    jobs.add(job({ id: '1'.repeat(32) }));
    jobs.add(job({ id: '2'.repeat(32), assignment: 'other' }));
    expect(server.requests).toEqual(READ);
    model.watch(true);
    await vi.waitFor(() =>
      expect(server.requests).toEqual([...READ, ...READ])
    );
  });

  it('lets go of the jobs when it is disposed', async () => {
    const { server, jobs, model } = lab({});
    model.watch(true);
    await vi.waitFor(() => expect(model.loading).toBe(false));
    model.dispose();
    jobs.add(job({ id: '1'.repeat(32) }));
    expect(server.requests).toEqual(READ);
  });
});
