import { describe, expect, it } from 'vitest';

import { ApiError } from '../../extension/src/api';
import { CannedServer, Refusal } from './testing/server';

describe('ClassroomApi', () => {
  it('puts names into the path so that none can leave it', async () => {
    const server = new CannedServer({});
    await expect(server.api.assignment('a/../b', '?x')).rejects.toThrow();
    expect(server.requests).toEqual(['GET /courses/a/../b/assignments/?x']);
  });

  it('hands on what the server says is wrong', async () => {
    const server = new CannedServer({
      'POST /courses/c/assignments/a/submit': new Refusal(409, {
        message: 'It is too late.',
        code: 'late'
      })
    });
    const error = await server.api.submit('c', 'a').catch(e => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      message: 'It is too late.',
      status: 409,
      code: 'late'
    });
  });

  it('says so when nobody answers', async () => {
    const server = new CannedServer({
      'GET /about': () => {
        throw new TypeError('Failed to fetch');
      }
    });
    await expect(server.api.about()).rejects.toMatchObject({
      status: 0,
      code: 'unreachable'
    });
  });
});
