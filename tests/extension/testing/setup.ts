/** What a browser has and jsdom lacks. */

import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

class Missing {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

Object.assign(globalThis, {
  DragEvent: globalThis.DragEvent ?? class DragEvent extends Event {},
  ResizeObserver: globalThis.ResizeObserver ?? Missing,
  IntersectionObserver: globalThis.IntersectionObserver ?? Missing,
  requestIdleCallback:
    globalThis.requestIdleCallback ??
    ((callback: IdleRequestCallback) =>
      setTimeout(() => callback({ didTimeout: false, timeRemaining: () => 50 }))),
  cancelIdleCallback: globalThis.cancelIdleCallback ?? clearTimeout
});
window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
    dispatchEvent: () => false
  }) as MediaQueryList;

afterEach(cleanup);
